using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>Judges a whole store: every session, every index file, and what does not belong there.</summary>
public sealed class StoreVerifier(IRecordingReader store, TrustSet trust)
{
    /// <summary>Verifies all of it, oldest session first.</summary>
    public async ValueTask<StoreVerifyResult> VerifyAsync(IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var verifier = new SessionVerifier(store, trust);
        var results = new List<VerifyResult>();
        var indexed = new Dictionary<string, IndexedSession>(StringComparer.Ordinal);
        foreach (var session in await SessionsAsync(findings, cancellationToken))
        {
            var evidence = await verifier.GatherAsync(session, withExchanges: true, progress, cancellationToken);
            indexed[session] = new IndexedSession(evidence.IsWhole, Exchanges(evidence));
            results.Add(await verifier.JudgeAsync(evidence, cancellationToken));
        }

        var index = new IndexVerifier(store, indexed);
        await index.VerifyAsync(cancellationToken);
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
                    At = facts.At ?? other.At, Target = facts.Target ?? other.Target, Method = facts.Method ?? other.Method,
                    Status = facts.Status ?? other.Status,
                };
        return all;
    }
}
