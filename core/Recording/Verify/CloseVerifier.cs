using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>Checks <c>close.json</c> against the chunks: it is the last head again, so it tells of a tail that was cut.</summary>
internal static class CloseVerifier
{
    /// <summary>The close object; null where there is none, nothing where it is too large to be one.</summary>
    public static async ValueTask<byte[]?> ReadAsync(IRecordingReader store, string session, CancellationToken cancellationToken)
    {
        try
        {
            return await store.GetAsync(StoreLayout.CloseKey(session), ReadLimits.StatementBytes, cancellationToken);
        }
        catch (StoreException e) when (e.Fault == StoreFault.TooLarge)
        {
            return [];
        }
    }

    public static async ValueTask<List<Finding>> VerifyAsync(
        byte[]? bytes, string session, ChainVerifier chain, SessionKeys keys, CancellationToken cancellationToken)
    {
        var key = StoreLayout.CloseKey(session);
        var findings = new List<Finding>();
        void Add(FindingCode code, string sentence, long? seq = null) => findings.Add(new Finding(code, sentence) { Key = key, Seq = seq });
        if (bytes is null)
        {
            if (chain.End is not null)
                Add(FindingCode.CloseMissing, "the session is closed, and its close object is missing");
            return findings;
        }

        if (bytes.Length == 0 || bytes[^1] != '\n' || SignedHead.TryParse(bytes.AsSpan(0, bytes.Length - 1)) is not { } head || head.Session != session)
        {
            Add(FindingCode.CloseMismatch, "the close object is not a head of this session");
            return findings;
        }

        if (!await keys.IsSignedAsync(head, cancellationToken))
        {
            Add(FindingCode.HeadSignature, "the signature of the close object is wrong");
            return findings;
        }

        if (head.Size > chain.NextSeq)
            Add(FindingCode.TailMissing, $"the session was closed with {head.Size} records: from record {chain.NextSeq} on they are missing", chain.NextSeq);
        else if (head.Size < chain.NextSeq || chain.End is null)
            Add(FindingCode.CloseMismatch, $"the session was closed with {head.Size} records, and there are {chain.NextSeq}", head.Size);
        else if (chain.IsWhole && (!head.Root.AsSpan().SequenceEqual(chain.Root()) || head.ChunkCount != chain.ChunkCount || head.PreviousChunk != chain.LastChunk!.Previous))
            Add(FindingCode.CloseMismatch, "the close object is not the last head");
        return findings;
    }
}
