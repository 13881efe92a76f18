using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Recording.Tests.Verify;

/// <summary>The table: what is done to a store, and the verdicts and exit code that <c>verify</c> gives. Every case on a store of the real writer.</summary>
public sealed class VerifyTableTests : IDisposable
{
    private readonly RealStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Untouched_closed_session_is_sound_complete_and_trusted()
    {
        var session = await _store.WriteAsync();

        var result = await _store.VerifyAsync(session);

        Assert.Empty(result.Findings);
        Is(result, Integrity.Sound, Completeness.Complete, Anchor.SelfSigned, 0);
        Assert.Equal((26, 4), (result.Records, result.Chunks));
        Assert.Equal(0, (await _store.VerifyStoreAsync(session.Trust)).ExitCode);
    }

    [Fact]
    public async Task Without_anybody_to_trust_the_exit_code_says_not_anchored()
    {
        var session = await _store.WriteAsync();

        Is(await _store.VerifyAsync(session, TrustSet.Empty), Integrity.Sound, Completeness.Complete, Anchor.SelfSigned, 2);
    }

    [Fact]
    public async Task Untouched_open_session_is_open_ended_since_its_last_head()
    {
        var session = await _store.WriteAsync(close: false);

        var result = await _store.VerifyAsync(session);

        Is(result, Integrity.Sound, Completeness.OpenEnded, Anchor.SelfSigned, 2);
        Assert.NotNull(result.KnownUntil);
        Assert.Equal([FindingCode.OpenEnded], Codes(result));
    }

    [Theory]
    [InlineData("chunk")]
    [InlineData("open.json")]
    [InlineData("close.json")]
    [InlineData("index")]
    [InlineData("store.json")]
    public async Task One_flipped_bit_anywhere_is_found(string kind)
    {
        var session = await _store.WriteAsync();
        var key = kind switch
        {
            "chunk" => _store.Chunks(session)[1],
            "index" => _store.Keys("index")[0],
            "store.json" => kind,
            _ => session.Prefix + kind,
        };
        var bits = (int)new FileInfo(_store.FileOf(key)).Length * 8;
        var random = new Random(20261121);
        // Every bit of the small objects' structure would take long; some random ones, and the first and last of all.
        foreach (var bit in Enumerable.Range(0, 64).Select(_ => random.Next(bits)).Append(0).Append(bits - 1))
        {
            _store.Flip(key, bit);
            var result = await _store.VerifyStoreAsync(session.Trust);
            Assert.True(result.ExitCode == 1, $"{kind}, bit {bit}: exit code {result.ExitCode}");
            _store.Flip(key, bit);
        }

        Assert.Equal(0, (await _store.VerifyStoreAsync(session.Trust)).ExitCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Missing_chunk_leaves_the_session_incomplete_and_says_which_records(int which)
    {
        var session = await _store.WriteAsync();
        var chunk = _store.Chunks(session)[which];
        var first = ChunkReader.Read(await File.ReadAllBytesAsync(_store.FileOf(chunk))).FirstSeq;
        File.Delete(_store.FileOf(chunk));

        var result = await _store.VerifyAsync(session);

        Is(result, Integrity.Sound, Completeness.Incomplete, Anchor.SelfSigned, 2);
        Assert.Contains(result.Findings, f => f.Code == FindingCode.ChunkMissing && f.Seq == first);
    }

    [Fact]
    public async Task Two_chunks_swapped_are_tampering()
    {
        var session = await _store.WriteAsync();
        var chunks = _store.Chunks(session);
        var (a, b) = (File.ReadAllBytes(_store.FileOf(chunks[1])), File.ReadAllBytes(_store.FileOf(chunks[2])));
        File.WriteAllBytes(_store.FileOf(chunks[1]), b);
        File.WriteAllBytes(_store.FileOf(chunks[2]), a);

        var result = await _store.VerifyAsync(session);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(FindingCode.NameMismatch, Codes(result));
    }

    [Fact]
    public async Task Cut_tail_of_a_closed_session_leaves_it_incomplete()
    {
        var session = await _store.WriteAsync();
        var last = _store.Chunks(session)[^1];
        var first = ChunkReader.Read(await File.ReadAllBytesAsync(_store.FileOf(last))).FirstSeq;
        File.Delete(_store.FileOf(last));

        var result = await _store.VerifyAsync(session);

        Is(result, Integrity.Sound, Completeness.Incomplete, Anchor.SelfSigned, 2);
        Assert.Contains(result.Findings, f => f.Code == FindingCode.TailMissing && f.Seq == first);
    }

    [Fact]
    public async Task Cut_tail_with_the_close_object_gone_too_is_open_ended_earlier()
    {
        var session = await _store.WriteAsync();
        var until = (await _store.VerifyAsync(session)).KnownUntil;
        File.Delete(_store.FileOf(_store.Chunks(session)[^1]));
        File.Delete(_store.FileOf(session.Prefix + "close.json"));

        var result = await _store.VerifyAsync(session);

        Is(result, Integrity.Sound, Completeness.OpenEnded, Anchor.SelfSigned, 2);
        Assert.True(result.KnownUntil < until);
    }

    [Fact]
    public async Task Cut_tail_of_an_open_session_is_open_ended_earlier()
    {
        var session = await _store.WriteAsync(close: false);
        var until = (await _store.VerifyAsync(session)).KnownUntil;
        File.Delete(_store.FileOf(_store.Chunks(session)[^1]));

        var result = await _store.VerifyAsync(session);

        Is(result, Integrity.Sound, Completeness.OpenEnded, Anchor.SelfSigned, 2);
        Assert.True(result.KnownUntil < until);
    }

    [Fact]
    public async Task Missing_close_object_alone_leaves_the_session_incomplete()
    {
        var session = await _store.WriteAsync();
        File.Delete(_store.FileOf(session.Prefix + "close.json"));

        var result = await _store.VerifyAsync(session);

        Is(result, Integrity.Sound, Completeness.Incomplete, Anchor.SelfSigned, 2);
        Assert.Equal([FindingCode.CloseMissing], Codes(result));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task Record_removed_from_a_chunk_is_tampering(int which, bool rightName)
    {
        var session = await _store.WriteAsync();
        var chunk = _store.Chunks(session)[which];
        var lines = _store.Lines(chunk);
        lines.RemoveAt(lines.FindIndex(l => l.Contains("\"http.response\"", StringComparison.Ordinal)));
        _store.Replace(chunk, lines, rightName);

        Assert.Equal((Integrity.Tampered, 1), Verdict(await _store.VerifyAsync(session)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Record_changed_in_a_chunk_is_tampering(bool rightName)
    {
        var session = await _store.WriteAsync();
        var chunk = _store.Chunks(session)[2];
        var lines = _store.Lines(chunk).Select(l => l.Replace("\"status\":200", "\"status\":201", StringComparison.Ordinal));
        _store.Replace(chunk, lines, rightName);

        var result = await _store.VerifyAsync(session);

        Assert.Equal((Integrity.Tampered, 1), Verdict(result));
        Assert.Contains(rightName ? FindingCode.RootMismatch : FindingCode.NameMismatch, Codes(result));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Content_removed_under_the_right_new_name_is_missing_and_the_records_stay_sound(int which)
    {
        var session = await _store.WriteAsync();
        var chunk = _store.Chunks(session)[which];
        var lines = _store.Lines(chunk);
        var at = lines.FindIndex(l => l.StartsWith("{\"part\":", StringComparison.Ordinal));
        var part = long.Parse(lines[at]["{\"part\":".Length..lines[at].IndexOf(',', StringComparison.Ordinal)], null);
        lines.RemoveAt(at);
        _store.Replace(chunk, lines, rightName: true);

        var result = await _store.VerifyAsync(session);

        Is(result, Integrity.Sound, Completeness.Incomplete, Anchor.SelfSigned, 2);
        Assert.Contains(result.Findings, f => f.Code == FindingCode.PartMissing && f.Part == part);
        // Nobody names the last chunk; of the others the chain says that another object stood there.
        Assert.Equal(which != 3, Codes(result).Contains(FindingCode.ChunkReplaced));
    }

    [Fact]
    public async Task Content_removed_under_the_old_name_is_tampering()
    {
        var session = await _store.WriteAsync();
        var chunk = _store.Chunks(session)[1];
        var lines = _store.Lines(chunk);
        lines.RemoveAt(lines.FindIndex(l => l.StartsWith("{\"part\":", StringComparison.Ordinal)));
        _store.Replace(chunk, lines, rightName: false);

        var result = await _store.VerifyAsync(session);

        Is(result, Integrity.Tampered, Completeness.Incomplete, Anchor.SelfSigned, 1);
        Assert.Contains(FindingCode.PartMissing, Codes(result));
    }

    [Fact]
    public async Task Content_changed_is_tampering()
    {
        var session = await _store.WriteAsync();
        var chunk = _store.Chunks(session)[1];
        _store.Replace(chunk, _store.Lines(chunk).Select(l => l.Replace("message 1.1", "massage 1.1", StringComparison.Ordinal)), rightName: true);

        var result = await _store.VerifyAsync(session);

        Assert.Equal((Integrity.Tampered, 1), Verdict(result));
        Assert.Contains(FindingCode.ContentMismatch, Codes(result));
    }

    [Fact]
    public async Task Content_added_is_tampering()
    {
        var session = await _store.WriteAsync();
        var chunk = _store.Chunks(session)[^1];
        var lines = _store.Lines(chunk);
        lines.Insert(1, "{\"part\":9999,\"text\":\"never said\"}");
        _store.Replace(chunk, lines, rightName: true);

        var result = await _store.VerifyAsync(session);

        Assert.Equal((Integrity.Tampered, 1), Verdict(result));
        Assert.Contains(FindingCode.ContentUnclaimed, Codes(result));
    }

    [Fact]
    public async Task Records_changed_behind_a_missing_chunk_are_tampering_by_the_chain()
    {
        var session = await _store.WriteAsync();
        var chunks = _store.Chunks(session);
        File.Delete(_store.FileOf(chunks[0]));
        _store.Replace(chunks[1], _store.Lines(chunks[1]).Select(l => l.Replace("\"status\":200", "\"status\":201", StringComparison.Ordinal)), rightName: true);

        var result = await _store.VerifyAsync(session);

        Assert.Equal((Integrity.Tampered, 1), Verdict(result));
        Assert.Contains(FindingCode.ChunkOrder, Codes(result));
    }

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

    private async Task<(RealStore.Written First, RealStore.Written Second)> RotateAsync()
    {
        await using var first = await _store.StartAsync();
        await _store.ExchangesAsync(first, 0, seal: false);
        await using var second = await first.OpenNextAsync(new Recording.Sessions.SessionIdentity(), default);
        await first.CloseAsync("maxAge", second, default);
        await _store.ExchangesAsync(second, 1, seal: false);
        await second.CloseAsync("stopped", null, default);
        await _store.ShipAsync();
        return (RealStore.Remember(first), RealStore.Remember(second));
    }

    private static void Is(VerifyResult result, Integrity integrity, Completeness completeness, Anchor anchor, int exitCode) =>
        Assert.Equal((integrity, completeness, anchor, exitCode), (result.Integrity, result.Completeness, result.Anchor, result.ExitCode));

    private static (Integrity Integrity, int ExitCode) Verdict(VerifyResult result) => (result.Integrity, result.ExitCode);

    private static FindingCode[] Codes(VerifyResult result) => [.. result.Findings.Select(f => f.Code).Distinct()];
}
