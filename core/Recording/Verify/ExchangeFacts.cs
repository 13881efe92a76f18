namespace K8sRecorder.Recording.Verify;

/// <summary>What the records of a channel say that an index row repeats.</summary>
internal sealed record ExchangeFacts
{
    public DateTimeOffset? At { get; init; }

    public string? Target { get; init; }

    public string? Method { get; init; }

    public long? Status { get; init; }
}
