namespace K8sRecorder.Policy.Model;

/// <summary>What one session may take.</summary>
public sealed record LimitsSpec
{
    /// <summary>Recorded bytes.</summary>
    public long? BytesPerSession { get; init; }

    /// <summary>Records a second.</summary>
    public int? RecordsPerSecond { get; init; }

    /// <summary>Channels open at a time.</summary>
    public int? OpenChannels { get; init; }
}
