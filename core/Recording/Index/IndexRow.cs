namespace K8sRecorder.Recording.Index;

/// <summary>One exchange in the index. Derived from records and holding structure only; never evidence. Null is left out.</summary>
/// <param name="Channel">Channel of the exchange.</param>
/// <param name="At">When it began.</param>
/// <param name="Target">Name of the target.</param>
/// <param name="Protocol">Protocol.</param>
public sealed record IndexRow(long Channel, DateTimeOffset At, string Target, string Protocol)
{
    /// <summary>Method, for HTTP.</summary>
    public string? Method { get; init; }

    /// <summary>Status, for HTTP.</summary>
    public int? Status { get; init; }

    /// <summary>Masked bytes of the request's body.</summary>
    public long? RequestBytes { get; init; }

    /// <summary>Masked bytes of the response's body.</summary>
    public long? ResponseBytes { get; init; }

    /// <summary>Time from the request's first byte to the response's last.</summary>
    public TimeSpan? Duration { get; init; }
}
