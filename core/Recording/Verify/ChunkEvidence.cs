using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Recording.Verify;

/// <summary>What one chunk says, with its plain bytes let go: what is left to do needs the other chunks.</summary>
internal sealed class ChunkEvidence
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    /// <summary>Whether the lines could be read and are of this session: else the chunk is a hole in the chain.</summary>
    public bool IsReadable { get; set; }

    public long FirstSeq { get; set; }

    public string Previous { get; set; } = "";

    public int Records { get; set; }

    /// <summary>The hashes of the leaves, 32 bytes each.</summary>
    public byte[] Leaves { get; set; } = [];

    public IReadOnlyList<SignedHead> Heads { get; set; } = [];

    /// <summary>Definitions in order.</summary>
    public IReadOnlyList<PartDefinition> Definitions { get; set; } = [];

    /// <summary>References in order.</summary>
    public IReadOnlyList<PartReference> References { get; set; } = [];

    /// <summary>The record that ends the session, where it is in this chunk.</summary>
    public SessionEnd? End { get; set; }

    /// <summary>The mode that the session's first record states, where it is in this chunk.</summary>
    public string? Mode { get; set; }

    /// <summary>Records that say that the process before them died.</summary>
    public List<long> Interruptions { get; } = [];

    /// <summary>The time of the last record.</summary>
    public DateTimeOffset? LastAt { get; set; }

    /// <summary>What the index may say, by channel; null where nobody asked.</summary>
    public Dictionary<long, ExchangeFacts>? Exchanges { get; set; }

    public List<Finding> Findings { get; } = [];

    public long StoredBytes { get; set; }

    public long PlainBytes { get; set; }

    public long NextSeq => FirstSeq + Records;

    public void Add(FindingCode code, string sentence, long? seq = null, long? part = null) =>
        Findings.Add(new Finding(code, sentence) { Key = Key, Seq = seq, Part = part });
}
