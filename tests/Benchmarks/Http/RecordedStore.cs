using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>What a run left behind: it must verify and hold every exchange that was done, else the speed means nothing.</summary>
internal static class RecordedStore
{
    /// <summary>
    /// Fails the benchmark unless the store is sound and complete and holds the exchanges that the load counted. Load that stops abandons
    /// what is under way, so at most <paramref name="abandoned"/> more are rightly there. Returns how many were recorded.
    /// </summary>
    public static async Task<long> CheckAsync(string folder, long done, long abandoned, CancellationToken ct)
    {
        await using var store = StoreUrl.ForFolder(folder).OpenReader();
        var verified = await new StoreVerifier(store, TrustSet.Empty).VerifyAsync(null, ct);
        foreach (var session in verified.Sessions)
            if (session.Integrity != Integrity.Sound || session.Completeness != Completeness.Complete || session.Anchor == Anchor.Foreign)
                throw new BenchmarkFailedException(
                    $"the recording does not verify: {session.Integrity}, {session.Completeness}, {string.Join("; ", session.Findings.Take(3))}");
        if (verified.Findings.Count > 0)
            throw new BenchmarkFailedException($"the store does not verify: {string.Join("; ", verified.Findings.Take(3))}");
        var (requests, answers) = await CountAsync(store, verified.Sessions.Select(s => s.Session), ct);
        if (answers < done || requests < done || requests > done + abandoned)
            throw new BenchmarkFailedException(
                $"{done} exchanges were done and at most {abandoned} abandoned, but {requests} requests and {answers} whole responses are recorded");
        return requests;
    }

    private static async Task<(long Requests, long Answers)> CountAsync(IRecordingReader store, IEnumerable<string> sessions, CancellationToken ct)
    {
        var (requests, answers) = (0L, 0L);
        foreach (var session in sessions)
        {
            var reader = await SessionReader.OpenAsync(store, session, ct);
            await foreach (var record in reader.RecordsAsync(0, ct))
            {
                if (record.Kind == "http.request")
                    requests++;
                else if (record.Kind == "http.response" && record.Text("cut") is null)
                    answers++;
            }
        }
        return (requests, answers);
    }
}
