namespace K8sRecorder.Dialects.Exchanges;

/// <summary>An HTTP exchange as recorded: what <see cref="ModelExchange.Read"/> looks at.</summary>
public sealed record ModelCallBytes
{
    /// <summary>The method.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>The request target as sent: origin form or absolute form, with its query.</summary>
    public required string Target { get; init; }

    /// <summary>The request's body, content coding undone.</summary>
    public ReadOnlyMemory<byte> RequestBody { get; init; }

    /// <summary>Whether the request's body ended early.</summary>
    public bool RequestIsCut { get; init; }

    /// <summary>The status of the response; 0 where there is none (yet).</summary>
    public int Status { get; init; }

    /// <summary>The response's body, content coding undone.</summary>
    public ReadOnlyMemory<byte> ResponseBody { get; init; }

    /// <summary>Whether spans of the response's body were masked: then what frames it by lengths and checksums speaks of other bytes.</summary>
    public bool ResponseIsMasked { get; init; }

    /// <summary>Whether the response's body ended early, or has not ended yet.</summary>
    public bool ResponseIsCut { get; init; }
}
