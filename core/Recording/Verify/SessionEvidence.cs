using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Recording.Verify;

/// <summary>All that was looked at of one session, before it is judged.</summary>
internal sealed record SessionEvidence(
    string Session, SessionStatement? Statement, ChainVerifier Chain, IReadOnlyList<ChunkEvidence> Chunks, IReadOnlyList<Finding> Findings)
{
    public long Records { get; } = Chunks.Sum(c => (long)c.Records);

    public int ChunkCount { get; } = Chunks.Count;

    public long StoredBytes { get; } = Chunks.Sum(c => c.StoredBytes);

    public long PlainBytes { get; } = Chunks.Sum(c => c.PlainBytes);

    /// <summary>Whether everything that was recorded is here, so that what is not here was never recorded, and nothing was dropped.</summary>
    public bool IsWhole => Chain is { IsWhole: true, End: not null } && !Findings.Any(f => f.Code == FindingCode.Gap);

    /// <summary>What a successor needs to know of it.</summary>
    public SessionStanding Standing() => new(
        Statement, !Findings.Any(f => f.Code is FindingCode.StatementSignature or FindingCode.StatementSyntax),
        Findings.Any(f => Severity.IsTampering(f.Code)), Chain.IsWhole, Chain.End);
}
