using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Recording.Verify;

/// <summary>
/// Walks the chunks of a session in order: chain, numbers, tree, heads. A hole in the chain ends what the tree can say; behind it only the
/// names that signed heads give to chunks hold.
/// </summary>
internal sealed class ChainVerifier(string session, SessionKeys keys)
{
    private readonly MerkleFrontier _tree = new();
    private readonly PartLedger _parts = new();
    private readonly List<Finding> _replaced = [];
    private ChunkEvidence? _before;
    private int _index;

    public List<Finding> Findings { get; } = [];

    /// <summary>The number behind the last record.</summary>
    public long NextSeq { get; private set; }

    /// <summary>Whether the chunks have had no hole, so that the tree speaks for all records so far.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>The last head that is signed rightly.</summary>
    public SignedHead? LastHead { get; private set; }

    /// <summary>The records that the session's own key has signed, where its tail was recovered.</summary>
    public long? SignedByOwnKey { get; private set; }

    public SessionEnd? End { get; private set; }

    /// <summary>The mode that the session's first record states.</summary>
    public string? Mode { get; private set; }

    /// <summary>Records that say that the process before them died.</summary>
    public List<long> Interruptions { get; } = [];

    public long Parts => _parts.Count;

    public ChunkEvidence? LastChunk => _before;

    public long ChunkCount => _index;

    public byte[] Root() => _tree.Root();

    public async ValueTask WalkAsync(IReadOnlyCollection<ChunkEvidence> chunks, CancellationToken cancellationToken)
    {
        var named = chunks.Where(c => c.IsReadable).Select(c => c.Previous).ToHashSet(StringComparer.Ordinal);
        // Of chunks with the same first record the one that another names comes first; the rest are forks.
        var order = chunks.Where(c => c.IsReadable)
            .OrderBy(c => c.FirstSeq).ThenByDescending(c => named.Contains(c.Name)).ThenBy(c => c.Name, StringComparer.Ordinal);
        foreach (var chunk in order)
        {
            Findings.AddRange(chunk.Findings);
            if (_before is not null && chunk.FirstSeq < NextSeq)
            {
                Add(FindingCode.Forked, $"two chunks hold record {chunk.FirstSeq}", chunk, chunk.FirstSeq);
                continue;
            }

            CheckLink(chunk);
            await CheckTreeAsync(chunk, cancellationToken);
            _parts.Add(chunk, IsWhole, Findings);
            CheckEnd(chunk);
            Mode ??= chunk.Mode;
            Interruptions.AddRange(chunk.Interruptions);
            (_before, NextSeq) = (chunk, chunk.NextSeq);
            _index++;
        }

        foreach (var chunk in chunks.Where(c => !c.IsReadable))
            Findings.AddRange(chunk.Findings);
    }

    private void CheckLink(ChunkEvidence chunk)
    {
        if (chunk.FirstSeq > NextSeq)
        {
            IsWhole = false;
            var which = chunk.FirstSeq - NextSeq == 1 ? $"record {NextSeq} is" : $"records {NextSeq} to {chunk.FirstSeq - 1} are";
            Findings.Add(new Finding(
                FindingCode.ChunkMissing, $"{which} missing; what stands behind cannot be checked against the tree")
            { Seq = NextSeq, Session = session });
        }
        else if (chunk.Previous != (_before?.Name ?? ""))
        {
            // Decided when the next head is checked: if the tree holds, the same records stand in another object.
            _replaced.Add(new Finding(
                FindingCode.ChunkReplaced, "the chain names another chunk in the place of this one; its records are the signed ones")
            { Key = (_before ?? chunk).Key });
        }
    }

    private async ValueTask CheckTreeAsync(ChunkEvidence chunk, CancellationToken cancellationToken)
    {
        var heads = chunk.Heads;
        var next = 0;
        var isProven = IsWhole;
        for (var i = 0; i <= chunk.Records; i++)
        {
            var size = chunk.FirstSeq + i;
            while (next < heads.Count && (heads[next].Size == size || i == chunk.Records))
                isProven &= await CheckHeadAsync(chunk, heads[next], next++ == heads.Count - 1, cancellationToken);
            if (i < chunk.Records && IsWhole)
                _tree.Add(chunk.Leaves.AsSpan(i * 32, 32));
        }

        isProven &= heads.Count > 0;
        foreach (var replaced in _replaced)
            Findings.Add(isProven ? replaced : replaced with { Code = FindingCode.ChunkOrder, Sentence = "the chunk is not the one that the chain names in its place" });
        _replaced.Clear();
    }

    private async ValueTask<bool> CheckHeadAsync(ChunkEvidence chunk, SignedHead head, bool isLast, CancellationToken cancellationToken)
    {
        if (head.Session != session || head.Size > chunk.NextSeq || head.Size < chunk.FirstSeq || (isLast && head.Size != chunk.NextSeq)
            || head.PreviousChunk != chunk.Previous || (IsWhole && head.ChunkCount != _index + 1))
        {
            Add(FindingCode.HeadMismatch, "a head contradicts the chunk that it stands in", chunk, head.Size);
            return false;
        }

        if (!await keys.IsSignedAsync(head, cancellationToken))
        {
            Add(FindingCode.HeadSignature, head.By is null ? "the signature of a head is wrong" : "the signature of a recovered head is wrong, or the session that made it is not to be found", chunk, head.Size);
            return false;
        }

        if (head.By is null && SignedByOwnKey is not null)
        {
            Add(FindingCode.HeadMismatch, "the session's own key signed on after its tail was recovered", chunk, head.Size);
            return false;
        }

        if (head.By is not null)
            SignedByOwnKey ??= LastHead?.Size ?? 0;
        LastHead = head;
        if (!IsWhole || head.Root.AsSpan().SequenceEqual(_tree.Root()))
            return true;
        Add(FindingCode.RootMismatch, $"the {head.Size} records so far are not the ones that were signed", chunk, head.Size);
        return false;
    }

    private void CheckEnd(ChunkEvidence chunk)
    {
        if (End is not null)
            Add(FindingCode.RecordOrder, "records stand behind the end of the session", chunk, chunk.FirstSeq);
        End = chunk.End ?? End;
        if (chunk.End is { } end && end.Seq != chunk.NextSeq - 1)
            Add(FindingCode.RecordOrder, "records stand behind the end of the session", chunk, end.Seq + 1);
    }

    private void Add(FindingCode code, string sentence, ChunkEvidence chunk, long? seq = null) =>
        Findings.Add(new Finding(code, sentence) { Key = chunk.Key, Seq = seq });
}
