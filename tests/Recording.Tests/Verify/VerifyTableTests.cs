using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Recording.Tests.Verify;

/// <summary>The table: what is done to a store, and the verdicts and exit code that <c>verify</c> gives. Every case on a store of the real writer.</summary>
public sealed partial class VerifyTableTests : IDisposable
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
        // The close object is small and unsigned: every bit. Of the others every bit would take long: some random ones, the first, the last.
        var flips = kind == "close.json"
            ? Enumerable.Range(0, bits)
            : Enumerable.Range(0, 64).Select(_ => random.Next(bits)).Append(0).Append(bits - 1);
        foreach (var bit in flips)
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
        // The chain, and of the last chunk the close object, says that another object stood there.
        Assert.Contains(FindingCode.ChunkReplaced, Codes(result));
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
