using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>Checks <c>close.json</c> against the chunks: it names the last one, so it tells of a tail that was cut.</summary>
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

    public static List<Finding> Verify(byte[]? bytes, string session, ChainVerifier chain)
    {
        var findings = new List<Finding>();
        void Add(FindingCode code, string sentence, long? seq = null) =>
            findings.Add(new Finding(code, sentence) { Key = StoreLayout.CloseKey(session), Seq = seq });
        if (bytes is null)
        {
            if (chain.End is not null)
                Add(FindingCode.CloseMissing, "the session is closed, and its close object is missing");
        }
        else if (CloseObject.TryParse(bytes) is not { } close)
            Add(FindingCode.CloseMismatch, "the close object is not one");
        else if (close.Size > chain.NextSeq && chain.End is null)
            Add(FindingCode.TailMissing, $"the session was closed with {close.Size} records: from record {chain.NextSeq} on they are missing", chain.NextSeq);
        else if (close.Size != chain.NextSeq || chain.End is null) // nothing follows a signed end, whatever this unsigned object says
            Add(FindingCode.CloseMismatch, $"the session was closed with {close.Size} records, and there are {chain.NextSeq}", close.Size);
        else if (close.LastChunk != chain.LastChunk?.Name && close.At == chain.LastHead?.At && LacksContent(chain.LastChunk))
            Add(FindingCode.ChunkReplaced, "the close object names another chunk as the last; the records of the one there are the signed ones");
        else if (close.LastChunk != chain.LastChunk?.Name || close.At != chain.LastHead?.At)
            Add(FindingCode.CloseMismatch, "the close object does not name the last chunk and the time of its head");
        return findings;
    }

    // A chunk packed again without some of its content is another object: the same as in the middle of the chain.
    private static bool LacksContent(ChunkEvidence? chunk) => chunk is not null && chunk.Findings.Any(f => f.Code == FindingCode.PartMissing);
}
