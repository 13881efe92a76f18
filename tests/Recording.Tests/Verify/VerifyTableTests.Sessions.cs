using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Recording.Tests.Verify;

/// <summary>The table's second half: what is done to whole sessions, to their signatures and to the index.</summary>
public sealed partial class VerifyTableTests
{
    [Fact]
    public async Task Session_signed_again_with_another_key_is_sound_and_not_trusted()
    {
        var session = await _store.WriteAsync();
        var fingerprint = _store.ResignAll(session);

        var trusting = await _store.VerifyAsync(session);
        Is(trusting, Integrity.Sound, Completeness.Complete, Anchor.SelfSigned, 2);
        Assert.False(trusting.IsTrusted);
        Assert.Equal([FindingCode.NotTrusted], Codes(trusting));

        Is(await _store.VerifyAsync(session, TrustSet.Empty), Integrity.Sound, Completeness.Complete, Anchor.SelfSigned, 2);
        Is(await _store.VerifyAsync(session, TrustSet.Of(fingerprint)), Integrity.Sound, Completeness.Complete, Anchor.SelfSigned, 0);
    }

    [Fact]
    public async Task Statement_signed_by_another_key_alone_is_tampering()
    {
        var session = await _store.WriteAsync();
        var heads = _store.Chunks(session).Select(_store.FileOf).ToDictionary(f => f, File.ReadAllBytes);
        var close = File.ReadAllBytes(_store.FileOf(session.Prefix + "close.json"));
        _store.ResignAll(session);
        Directory.Delete(_store.FileOf(session.Prefix + "sha256"), true);
        Directory.CreateDirectory(_store.FileOf(session.Prefix + "sha256"));
        foreach (var (file, bytes) in heads)
            File.WriteAllBytes(file, bytes);
        File.WriteAllBytes(_store.FileOf(session.Prefix + "close.json"), close);

        var result = await _store.VerifyAsync(session);

        Assert.Equal((Integrity.Tampered, 1), Verdict(result));
        Assert.Contains(FindingCode.HeadSignature, Codes(result));
    }

    [Fact]
    public async Task Session_from_another_store_is_foreign()
    {
        var session = await _store.WriteAsync();
        using var other = new RealStore();
        var local = await other.WriteAnewAsync();
        foreach (var key in _store.Keys(session.Prefix))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(other.FileOf(key))!);
            File.Copy(_store.FileOf(key), other.FileOf(key));
        }

        Is(await other.VerifyAsync(session), Integrity.Sound, Completeness.Complete, Anchor.Foreign, 1);
        Is(await other.VerifyAsync(local), Integrity.Sound, Completeness.Complete, Anchor.SelfSigned, 0);
        Assert.Equal(1, (await other.VerifyStoreAsync(session.Trust.With(local.Trust))).ExitCode);
    }

    [Fact]
    public async Task Recovered_tail_is_named_with_its_span()
    {
        RealStore.Written old;
        await using (var session = await _store.StartAsync())
        {
            await _store.ExchangesAsync(session, 0, seal: true);
            await _store.ExchangesAsync(session, 1, seal: false);
            await session.SignHeadAsync(default);
            await _store.ExchangesAsync(session, 2, seal: false);
            await session.FlushAsync(default);
            old = RealStore.Remember(session);
        }

        _store.LoseKeys();
        _store.Restart();
        await using var next = await _store.StartAsync();
        await next.CloseAsync("stopped", null, default);
        await _store.ShipAsync();

        var result = await _store.VerifyAsync(old);
        Is(result, Integrity.Sound, Completeness.Recovered, Anchor.SelfSigned, 2);
        Assert.Equal(new PartRange(13, 19), result.RecoveredRecords);
        Assert.Equal(next.Id.ToString(), result.RecoveredBy);

        // Without the session that recovered it nobody stands for the tail.
        Directory.Delete(_store.FileOf(StoreLayout.SessionPrefix(next.Id.ToString())), true);
        Assert.Equal((Integrity.Tampered, 1), Verdict(await _store.VerifyAsync(old)));
    }

    [Fact]
    public async Task Crash_with_the_key_kept_is_sound_and_complete()
    {
        RealStore.Written written;
        await using (var session = await _store.StartAsync())
        {
            await _store.ExchangesAsync(session, 0, seal: true);
            await _store.ExchangesAsync(session, 1, seal: false);
            await session.FlushAsync(default);
            written = RealStore.Remember(session);
        }

        _store.Restart();
        await using var again = await _store.StartAsync();
        await again.CloseAsync("stopped", null, default);
        await _store.ShipAsync();

        Is(await _store.VerifyAsync(written), Integrity.Sound, Completeness.Complete, Anchor.SelfSigned, 0);
    }

    [Fact]
    public async Task Object_that_does_not_belong_is_tampering()
    {
        var session = await _store.WriteAsync();
        File.WriteAllText(_store.FileOf(session.Prefix + "note.txt"), "hello");

        var result = await _store.VerifyAsync(session);

        Assert.Equal((Integrity.Tampered, 1), Verdict(result));
        Assert.Equal([FindingCode.UnexpectedObject], Codes(result));
    }

    [Fact]
    public async Task Object_that_does_not_belong_to_any_session_is_tampering_of_the_store()
    {
        var session = await _store.WriteAsync();
        File.WriteAllText(_store.FileOf("sessions/note"), "hello");

        Assert.Equal(1, (await _store.VerifyStoreAsync(session.Trust)).ExitCode);
    }

    [Fact]
    public async Task Chunk_of_another_session_is_tampering()
    {
        var session = await _store.WriteAsync();
        var other = await _store.WriteAsync();
        var chunk = _store.Chunks(other)[0];
        File.Copy(_store.FileOf(chunk), _store.FileOf(session.Prefix + chunk[other.Prefix.Length..]));

        Assert.Equal((Integrity.Tampered, 1), Verdict(await _store.VerifyAsync(session)));
    }

    [Fact]
    public async Task Two_signed_states_that_exclude_each_other_are_tampering()
    {
        // The spool and the key are copied, and both go on: the same key signs two second chunks.
        using var twin = new ForkedRecorder();
        var session = await twin.WriteAsync();

        var result = await new SessionVerifier(twin.Store, session.Trust).VerifyAsync(session.Id, null, default);

        Assert.Equal((Integrity.Tampered, 1), Verdict(result));
        Assert.Contains(FindingCode.Forked, Codes(result));
    }

    [Fact]
    public async Task Rotation_carries_trust_over()
    {
        var (first, second) = await RotateAsync();

        Is(await _store.VerifyAsync(first), Integrity.Sound, Completeness.Complete, Anchor.SelfSigned, 0);
        Is(await _store.VerifyAsync(second, first.Trust), Integrity.Sound, Completeness.Complete, Anchor.SelfSigned, 0);
        Assert.Equal(0, (await _store.VerifyStoreAsync(first.Trust)).ExitCode);

        // Trust goes forward only: who believes the second key knows nothing of the first.
        Assert.Equal(2, (await _store.VerifyAsync(first, second.Trust)).ExitCode);
    }

    [Fact]
    public async Task Successor_signed_again_by_another_is_not_trusted_and_the_rotation_is_broken()
    {
        var (first, second) = await RotateAsync();
        _store.ResignAll(second);

        Assert.Equal(2, (await _store.VerifyAsync(second, first.Trust)).ExitCode);
        var result = await _store.VerifyAsync(first);
        Assert.Equal((Integrity.Tampered, 1), Verdict(result));
        Assert.Equal([FindingCode.Rotation], Codes(result));
    }

    [Fact]
    public async Task Withheld_salt_is_said()
    {
        var session = await _store.WriteAsync();
        var open = _store.FileOf(session.Prefix + "open.json");
        var text = await File.ReadAllTextAsync(open);
        await File.WriteAllTextAsync(open, text[..text.IndexOf(",\"salt\":", StringComparison.Ordinal)] + "}\n");

        Is(await _store.VerifyAsync(session), Integrity.Sound, Completeness.Withheld, Anchor.SelfSigned, 2);
    }

    [Fact]
    public async Task Missing_statement_is_tampering()
    {
        var session = await _store.WriteAsync();
        File.Delete(_store.FileOf(session.Prefix + "open.json"));

        var result = await _store.VerifyAsync(session);

        Assert.Equal((Integrity.Tampered, 1), Verdict(result));
        Assert.Contains(FindingCode.StatementMissing, Codes(result));
    }

    [Fact]
    public async Task Index_row_that_contradicts_its_record_is_found_under_its_right_name()
    {
        var session = await _store.WriteAsync();
        foreach (var (from, to) in new[] { ("\"status\":200", "\"status\":500"), ("\"ch\":1,", "\"ch\":4711,"), ("\"target\":\"model\"", "\"target\":\"other\"") })
        {
            var key = _store.Keys("index").First(k => _store.Lines(k).Any(l => l.Contains(from, StringComparison.Ordinal)));
            var bytes = File.ReadAllBytes(_store.FileOf(key));
            var forged = Surgery.Pack(_store.Lines(key).Select(l => l.Replace(from, to, StringComparison.Ordinal)));
            File.Delete(_store.FileOf(key));
            var forgedKey = StoreLayout.IndexKey(session.Id, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(forged)));
            File.WriteAllBytes(_store.FileOf(forgedKey), forged);

            var result = await _store.VerifyStoreAsync(session.Trust);

            Assert.Equal(1, result.ExitCode);
            Assert.All(result.Findings, f => Assert.Equal(FindingCode.Index, f.Code));
            File.Delete(_store.FileOf(forgedKey));
            File.WriteAllBytes(_store.FileOf(key), bytes);
        }
    }

    [Fact]
    public async Task Index_rows_of_an_expired_session_are_left_alone()
    {
        var session = await _store.WriteAsync();
        var kept = await _store.WriteAsync();
        Directory.Delete(_store.FileOf(session.Prefix), true);

        var result = await _store.VerifyStoreAsync(kept.Trust);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(24, result.IndexRows);
    }
}
