using System.Collections.Concurrent;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>
/// Judges sessions by what is in the store, the format, and whom the caller trusts; docs/recording-format.md, Verdicts, says how. It shares no
/// code with the writer. What a session says is never believed before it is checked; what cannot be checked is a finding.
/// </summary>
public sealed class SessionVerifier
{
    private const int MaxFindings = 1000;

    /// <summary>How many rotations trust is carried over. A session lives for hours, so these are years.</summary>
    private const int MaxRotations = 4096;

    private readonly IRecordingReader _store;
    private readonly TrustSet _trust;
    private readonly int _parallel;
    private readonly ConcurrentDictionary<string, SessionStanding> _done = new(StringComparer.Ordinal);
    private Identity? _identity;

    /// <summary>Creates a verifier.</summary>
    /// <param name="store">Where the recordings are.</param>
    /// <param name="trust">Whom the caller believes.</param>
    /// <param name="parallel">Chunks that are looked at at once; 0: as many as there are processors.</param>
    public SessionVerifier(IRecordingReader store, TrustSet trust, int parallel = 0)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(trust);
        (_store, _trust) = (store, trust);
        _parallel = parallel > 0 ? parallel : Environment.ProcessorCount;
    }

    /// <summary>Verifies one session.</summary>
    public async ValueTask<VerifyResult> VerifyAsync(string session, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var evidence = await GatherAsync(session, withExchanges: false, progress, cancellationToken);
        return await JudgeAsync(evidence, cancellationToken);
    }

    internal async ValueTask<SessionEvidence> GatherAsync(
        string session, bool withExchanges, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var evidence = await LookAsync(session, withExchanges, progress, cancellationToken);
        // A listing is no snapshot: while the session is being shipped a chunk may be seen and the one before it not. Then it is looked at again.
        for (var again = 0; again < 2 && !evidence.Chain.IsWhole && await HasChangedAsync(evidence, cancellationToken); again++)
            evidence = await LookAsync(session, withExchanges, progress, cancellationToken);
        _done[session] = evidence.Standing();
        return evidence;
    }

    private async ValueTask<SessionEvidence> LookAsync(
        string session, bool withExchanges, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var (statement, findings) = await StatementVerifier.VerifyAsync(_store, session, cancellationToken);
        // Before the chunks are listed: it is shipped after the last of them, so if it is there they all are.
        var close = await CloseVerifier.ReadAsync(_store, session, cancellationToken);
        var chunkKeys = await ListChunksAsync(session, findings, cancellationToken);
        var chunks = await ReadChunksAsync(session, statement?.Salt, chunkKeys, withExchanges, progress, cancellationToken);
        using var keys = new SessionKeys(_store, session) { Own = statement is null ? null : SignatureCheck.TryCreate(statement.PublicKey) };
        var chain = new ChainVerifier(session, keys);
        await chain.WalkAsync(chunks, cancellationToken);
        findings.AddRange(chain.Findings);
        if (close is null && chain.End is not null)
            close = await CloseVerifier.ReadAsync(_store, session, cancellationToken);
        findings.AddRange(CloseVerifier.Verify(close, session, chain));
        if (statement is { Salt: null })
            findings.Add(new Finding(FindingCode.Withheld, "the salt is withheld: contents cannot be checked") { Key = StoreLayout.OpenKey(session) });
        findings.AddRange(Ending(session, chain, statement));
        findings.AddRange(Interrupted(session, chain));
        await CheckNextAsync(session, chain, findings, cancellationToken);
        return new SessionEvidence(session, statement, chain, chunks, findings);
    }

    private async ValueTask<List<(string Key, string Name)>> ListChunksAsync(string session, List<Finding> findings, CancellationToken cancellationToken)
    {
        var keys = new List<(string Key, string Name)>();
        await foreach (var entry in _store.ListAsync(StoreLayout.SessionPrefix(session), cancellationToken))
            switch (StoreLayout.KindOf(session, entry.Key, out var digest))
            {
                case StoredKind.Chunk:
                    keys.Add((entry.Key, digest!));
                    break;
                case StoredKind.Unknown:
                    findings.Add(new Finding(FindingCode.UnexpectedObject, "the object is none of a session's") { Key = entry.Key });
                    break;
            }

        return keys;
    }

    private async ValueTask<bool> HasChangedAsync(SessionEvidence evidence, CancellationToken cancellationToken) =>
        (await ListChunksAsync(evidence.Session, [], cancellationToken)).Count != evidence.ChunkCount;

    internal async ValueTask<VerifyResult> JudgeAsync(SessionEvidence evidence, CancellationToken cancellationToken)
    {
        var statement = evidence.Statement;
        var chain = evidence.Chain;
        var findings = evidence.Findings.ToList();
        var anchor = await AnchorAsync(evidence.Session, statement, findings, cancellationToken);
        var isTrusted = await IsTrustedAsync(evidence, cancellationToken);
        if (!_trust.IsEmpty && !isTrusted && statement is not null)
            findings.Add(new Finding(FindingCode.NotTrusted, $"the signer {statement.SignerFingerprint} is not one that is trusted") { Key = StoreLayout.OpenKey(evidence.Session) });
        var recovered = chain.SignedByOwnKey is { } own && chain.LastHead is { By: not null } last && last.Size > own ? new PartRange(own, last.Size - 1) : (PartRange?)null;
        return new VerifyResult
        {
            Session = evidence.Session,
            Integrity = findings.Any(f => Severity.IsTampering(f.Code)) ? Integrity.Tampered : Integrity.Sound,
            Completeness = findings.Select(f => Severity.CompletenessOf(f.Code)).DefaultIfEmpty(Completeness.Complete).Max(),
            Anchor = anchor,
            IsTrusted = isTrusted,
            Signer = statement?.SignerFingerprint,
            KnownUntil = chain.LastHead?.At,
            RecoveredRecords = recovered,
            RecoveredBy = recovered is null ? null : chain.LastHead!.By,
            Findings = findings.Count > MaxFindings ? findings[..MaxFindings] : findings,
            FindingsLeftOut = Math.Max(0, findings.Count - MaxFindings),
            Records = evidence.Records,
            Chunks = evidence.ChunkCount,
            Parts = chain.Parts,
            StoredBytes = evidence.StoredBytes,
            PlainBytes = evidence.PlainBytes,
        };
    }

    private async Task<List<ChunkEvidence>> ReadChunksAsync(
        string session, byte[]? salt, List<(string Key, string Name)> keys, bool withExchanges, IProgress<VerifyProgress>? progress,
        CancellationToken cancellationToken)
    {
        var verifier = new ChunkVerifier(_store, session, salt, withExchanges);
        var chunks = new ConcurrentBag<ChunkEvidence>();
        var (count, bytes) = (0, 0L);
        var options = new ParallelOptions { MaxDegreeOfParallelism = _parallel, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(keys, options, async (chunk, token) =>
        {
            var evidence = await verifier.VerifyAsync(chunk.Key, chunk.Name, token);
            chunks.Add(evidence);
            var done = Interlocked.Increment(ref count);
            var stored = Interlocked.Add(ref bytes, evidence.StoredBytes);
            progress?.Report(new VerifyProgress(session, done, keys.Count, stored));
        });
        return [.. chunks];
    }

    /// <summary>In Strict nothing leaves before it is written, so a death costs nothing; in the other modes it costs what waited for the writer.</summary>
    private static IEnumerable<Finding> Interrupted(string session, ChainVerifier chain) =>
        chain.Mode is null or "Strict" ? [] : chain.Interruptions.Select(seq => new Finding(
            FindingCode.Interrupted, $"the recorder died before record {seq}; in the mode {chain.Mode} what it had not written then is not here")
        { Session = session, Seq = seq });

    private static IEnumerable<Finding> Ending(string session, ChainVerifier chain, SessionStatement? statement)
    {
        if (chain.SignedByOwnKey is { } own)
            yield return new Finding(FindingCode.Recovered, $"from record {own} on the tail was signed by {chain.LastHead?.By}, which recovered it") { Session = session, Seq = own };
        if (chain.End is { IsRecovered: true } && chain.SignedByOwnKey is null)
            yield return new Finding(FindingCode.HeadMismatch, "the session says that it was recovered, and its own key signed that") { Session = session, Seq = chain.End.Seq };
        if (chain.End is null && (chain.LastHead?.At ?? statement?.OpenedAt) is { } since)
            yield return new Finding(FindingCode.OpenEnded, $"the session is not closed; it is known until {since:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}") { Session = session };
    }

    /// <summary>A rotation has two sides; where both are here they must agree. A successor that is not here may have expired.</summary>
    private async ValueTask CheckNextAsync(string session, ChainVerifier chain, List<Finding> findings, CancellationToken cancellationToken)
    {
        if (chain.End is not { Next: { } next, NextKey: var nextKey } || !StoreLayout.IsSession(next))
            return;
        var (statement, _) = await StatementVerifier.VerifyAsync(_store, next, cancellationToken);
        if (statement is not null && (statement.Fingerprint != nextKey || statement.Previous != session))
            findings.Add(new Finding(FindingCode.Rotation, $"the session {next} that follows by this one's last record does not say or sign so") { Key = StoreLayout.OpenKey(next), Session = session });
    }

    private async ValueTask<Anchor> AnchorAsync(string session, SessionStatement? statement, List<Finding> findings, CancellationToken cancellationToken)
    {
        var (id, isReadable) = await IdentityAsync(cancellationToken);
        if (!isReadable || (id is null && statement?.Store is not null))
            findings.Add(new Finding(FindingCode.StoreIdentity, isReadable ? "the store has lost its identity" : "the store's identity cannot be read") { Key = StoreLayout.StoreJson });
        if (id is not null && statement?.Store is not null && statement.Store != id)
        {
            findings.Add(new Finding(FindingCode.Foreign, "the open statement names another store") { Key = StoreLayout.OpenKey(session) });
            return Anchor.Foreign;
        }

        return statement?.Signer is { } signer && !signer.AsSpan().SequenceEqual(statement.PublicKey) ? Anchor.OperatorKey : Anchor.SelfSigned;
    }

    // Read once; two sessions that are judged at the same time may both do it and find the same.
    private async ValueTask<Identity> IdentityAsync(CancellationToken cancellationToken)
    {
        if (_identity is { } known)
            return known;
        try
        {
            return _identity = new Identity(await StoreIdentity.ReadAsync(_store, cancellationToken), true);
        }
        catch (StoreException e) when (e.Fault is StoreFault.NotAStore or StoreFault.TooLarge)
        {
            return _identity = new Identity(null, false);
        }
    }

    /// <summary>Whether the signer is trusted, or the session that rotated into this one is, and is sound, and named this one's key in its last record.</summary>
    private async ValueTask<bool> IsTrustedAsync(SessionEvidence evidence, CancellationToken cancellationToken)
    {
        if (_trust.IsEmpty)
            return false;
        var standing = evidence.Standing();
        for (var steps = 0; steps < MaxRotations; steps++)
        {
            if (standing is not { Statement: { } statement, IsStatementSound: true })
                return false;
            if (_trust.Contains(statement.SignerFingerprint) || _trust.Contains(statement.Fingerprint))
                return true;
            if (statement.Previous is not { } previous || !StoreLayout.IsSession(previous) || string.CompareOrdinal(previous, statement.Session) >= 0)
                return false;
            var before = _done.TryGetValue(previous, out var known) ? known : (await GatherAsync(previous, false, null, cancellationToken)).Standing();
            if (before.IsTampered || !before.IsWhole || before.End is not { IsRecovered: false } end || end.Next != statement.Session
                || end.NextKey != statement.Fingerprint)
                return false;
            standing = before;
        }

        return false;
    }

    private sealed record Identity(string? Id, bool IsReadable);
}
