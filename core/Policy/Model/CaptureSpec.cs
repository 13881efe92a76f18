namespace K8sRecorder.Policy.Model;

/// <summary>How traffic gets to the recorder, and what happens to the rest.</summary>
public sealed record CaptureSpec
{
    /// <summary>The way of capture.</summary>
    public CaptureMode? Mode { get; init; }

    /// <summary>Connections that the agent accepts.</summary>
    public InboundMode? Inbound { get; init; }

    /// <summary>Traffic that no target names.</summary>
    public UnmatchedMode? Unmatched { get; init; }

    /// <summary>Traffic that cannot be read.</summary>
    public UninterceptableMode? Uninterceptable { get; init; }
}
