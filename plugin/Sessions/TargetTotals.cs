namespace K8sRecorder.Plugin.Sessions;

/// <summary>What went to one target by one protocol.</summary>
internal sealed class TargetTotals(string name, string protocol)
{
    public string Name => name;

    public string Protocol => protocol;

    /// <summary>Exchanges, or channels of a protocol that is not taken apart.</summary>
    public long Count { get; set; }

    /// <summary>Those that have not ended.</summary>
    public long Open { get; set; }

    public SortedDictionary<int, long> Statuses { get; } = [];

    /// <summary>Those that the recorder answered itself.</summary>
    public long ByRecorder { get; set; }

    public long Cut { get; set; }

    public long SentBytes { get; set; }

    public long ReceivedBytes { get; set; }
}
