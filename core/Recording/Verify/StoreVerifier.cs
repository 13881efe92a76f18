using System.Collections.Concurrent;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>Judges a whole store: every session, every index file, and what does not belong there.</summary>
public sealed class StoreVerifier(IRecordingReader store, TrustSet trust)
{
    /// <summary>Verifies all of it, oldest session first; the sessions of a day at the same time.</summary>
    public async ValueTask<StoreVerifyResult> VerifyAsync(IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var verifier = new SessionVerifier(store, trust);
        var index = new IndexVerifier(store);
        var results = new List<VerifyResult>();
        foreach (var day in (await SessionsAsync(findings, cancellationToken)).GroupBy(StoreLayout.DayOf))
        {
            var sessions = day.ToArray();
            var indexed = new ConcurrentDictionary<string, IndexedSession>(StringComparer.Ordinal);
            var judged = new VerifyResult[sessions.Length];
            await Parallel.ForAsync(0, sessions.Length, cancellationToken, async (i, token) =>
            {
                var evidence = await verifier.GatherAsync(sessions[i], withExchanges: true, progress, token);
                indexed[sessions[i]] = new IndexedSession(evidence.IsWhole, Exchanges(evidence));
                judged[i] = await verifier.JudgeAsync(evidence, token);
            });
            results.AddRange(judged);
            await index.VerifyDayAsync(day.Key, indexed, cancellationToken);
        }

        await index.VerifyRestAsync(cancellationToken);
        findings.AddRange(index.Findings);
        return new StoreVerifyResult(results, findings, index.Files, index.Rows);
    }

    private async ValueTask<List<string>> SessionsAsync(List<Finding> findings, CancellationToken cancellationToken)
    {
        var sessions = new List<string>();
        await foreach (var entry in store.ListAsync(StoreLayout.Sessions, cancellationToken))
        {
            const int PrefixLength = 47; // sessions/yyyy/mm/dd/<26>/
            var session = entry.Key.Length > PrefixLength ? StoreLayout.SessionOfPrefix(entry.Key[..PrefixLength]) : null;
            if (session is null)
                findings.Add(new Finding(FindingCode.UnexpectedObject, "the object is none of a session's") { Key = entry.Key });
            else if (sessions.Count == 0 || sessions[^1] != session)
                sessions.Add(session);
        }

        return sessions;
    }

    private static Dictionary<long, ExchangeFacts> Exchanges(SessionEvidence evidence)
    {
        var all = new Dictionary<long, ExchangeFacts>();
        foreach (var chunk in evidence.Chunks)
            foreach (var (channel, facts) in chunk.Exchanges ?? [])
                all[channel] = !all.TryGetValue(channel, out var other) ? facts : new ExchangeFacts
                {
                    At = facts.At ?? other.At,
                    Target = facts.Target ?? other.Target,
                    Method = facts.Method ?? other.Method,
                    Status = facts.Status ?? other.Status,
                };
        return all;
    }
}
