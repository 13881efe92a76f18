using System.Text;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Tests.Verify;

namespace K8sRecorder.Recording.Tests.Reading;

public sealed class SessionReaderTests : IDisposable
{
    private readonly RealStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Records_come_in_order_with_their_fields()
    {
        var session = await _store.WriteAsync();
        var reader = await SessionReader.OpenAsync(_store.Store, session.Id, default);

        var records = await ListAsync(reader.RecordsAsync(0, default));

        Assert.Equal(Enumerable.Range(0, 26).Select(i => (long)i), records.Select(r => r.Seq));
        Assert.Equal("session.opened", records[0].Kind);
        Assert.Null(records[0].Channel);
        Assert.Equal("session.closed", records[^1].Kind);
        Assert.Equal("stopped", records[^1].Text("reason"));
        Assert.Equal((4, 26L, true), (reader.Chunks.Count, reader.NextSeq, reader.IsClosed));
        Assert.Equal(session.Fingerprint, reader.Statement!.Fingerprint);
        Assert.Equal("agents:agent", reader.Statement.Actor!.Subject);
        Assert.Equal(["a", "b"], reader.Statement.Actor.Groups);
        Assert.Empty(reader.Findings);
    }

    [Fact]
    public async Task Exchanges_are_paired_with_head_body_and_masked_spans()
    {
        var session = await _store.WriteAsync();
        var reader = await SessionReader.OpenAsync(_store.Store, session.Id, default);

        var exchanges = await ListAsync(reader.ExchangesAsync(default));

        Assert.Equal(12, exchanges.Count);
        var exchange = exchanges[4];
        Assert.Equal(("model", "POST", 200), (exchange.Target, exchange.Request!.Method, exchange.Response!.Status));
        var body = await exchange.Request.ReadBodyAsync(default);
        Assert.Equal("message 1.1 with [MASKED:aws-key] in it", body.ToString());
        Assert.Equal([new MaskedText(17, 16, "aws-key", "tag1")], body.Masked);
        var answer = await exchange.Response.ReadBodyAsync(default);
        Assert.Equal([.. "answer\n"u8, 1, 1, 0xff], answer.ToArray());
        Assert.True(answer.IsComplete);
        Assert.Equal(10, exchange.Response.Body!.Wire);
    }

    [Fact]
    public async Task Head_gets_back_what_stands_in_the_record()
    {
        await using var session = await _store.StartAsync();
        var draft = session.NewDraft("http.request", session.NextChannel());
        draft.Set("target", "model");
        draft.Set("method", "POST");
        draft.Set("length", 1234);
        draft.Set("date", new DateTimeOffset(2026, 11, 21, 8, 49, 37, TimeSpan.Zero));
        const string Head = "POST /a?b=c HTTP/1.1\nContent-Length\nX-Key: [MASKED:k]\nDATE\nEmpty:\nodd-line\n";
        draft.SetContent("head", Encoding.UTF8.GetBytes(Head), [new ContentSpan(Head.IndexOf('[', StringComparison.Ordinal), 10, "k", null)]);
        await session.AppendAsync(draft, default);
        await session.CloseAsync("stopped", null, default);
        await _store.ShipAsync();
        var reader = await SessionReader.OpenAsync(_store.Store, session.Id.ToString(), default);

        var head = await (await ListAsync(reader.ExchangesAsync(default)))[0].Request!.ReadHeadAsync(default);

        const string Whole = "POST /a?b=c HTTP/1.1\nContent-Length: 1234\nX-Key: [MASKED:k]\nDATE: Sat, 21 Nov 2026 08:49:37 GMT\nEmpty:\nodd-line\n";
        Assert.Equal(Whole, Encoding.UTF8.GetString(head.Bytes.Span));
        Assert.Equal("POST /a?b=c HTTP/1.1", head.StartLine);
        Assert.Equal("/a?b=c", head.RequestTarget);
        Assert.Equal("1234", head.Value("content-length"));
        Assert.Equal("", head.Value("empty"));
        Assert.Equal([new MaskedText(Whole.IndexOf('[', StringComparison.Ordinal), 10, "k", null)], head.Masked);
    }

    [Fact]
    public async Task Streamed_body_is_one_content_with_the_times_of_its_events()
    {
        await using var session = await _store.StartAsync();
        var start = _store.Time.GetUtcNow();
        var draft = session.NewDraft("http.response", session.NextChannel());
        draft.Set("status", 200);
        draft.SetContent("head", "HTTP/1.1 200 OK\n"u8);
        var stream = session.Begin(draft, "http.response.data", null, events: true);
        for (var i = 0; i < 4; i++)
        {
            _store.Time.Advance(TimeSpan.FromSeconds(3));
            await stream.AppendAsync(Encoding.UTF8.GetBytes($"data: {i}\n\n"), null, 9, 0, default);
            await session.SealAsync(default);
        }

        await stream.CompleteAsync(f => f.SetContent("trailers", "x-sum: 1\n"u8), default);
        await session.CloseAsync("stopped", null, default);
        await _store.ShipAsync();
        var reader = await SessionReader.OpenAsync(_store.Store, session.Id.ToString(), default);

        var message = (await ListAsync(reader.ExchangesAsync(default)))[0].Response!;

        Assert.Equal("data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\n", (await message.ReadBodyAsync(default)).ToString());
        Assert.Equal([0, 9, 18, 27], message.Events.Select(e => e.Offset));
        Assert.Equal([3, 6, 9, 12], message.Events.Select(e => (e.At - start).TotalSeconds));
        Assert.Equal("1", (await message.ReadTrailersAsync(default))!.Value("X-Sum"));
        Assert.True(message.IsEnded);
    }

    [Fact]
    public async Task Live_session_is_followed_from_the_next_number()
    {
        await using var session = await _store.StartAsync();
        await _store.ExchangesAsync(session, 0, seal: true);
        await _store.ShipAsync();
        var reader = await SessionReader.OpenAsync(_store.Store, session.Id.ToString(), default);
        Assert.Equal(7, (await ListAsync(reader.RecordsAsync(0, default))).Count);
        Assert.False(reader.IsClosed);
        Assert.Equal(0, await reader.RefreshAsync(default));

        var next = reader.NextSeq;
        await _store.ExchangesAsync(session, 1, seal: false);
        await session.CloseAsync("stopped", null, default);
        await _store.ShipAsync();

        Assert.Equal(1, await reader.RefreshAsync(default));
        Assert.Equal([7, 8, 9, 10, 11, 12, 13], (await ListAsync(reader.RecordsAsync(next, default))).Select(r => r.Seq));
        Assert.True(reader.IsClosed);
    }

    [Fact]
    public async Task Missing_and_damaged_parts_are_told_apart()
    {
        var session = await _store.WriteAsync();
        var chunk = _store.Chunks(session)[1];
        var lines = _store.Lines(chunk);
        lines.RemoveAll(l => l.StartsWith("{\"part\":", StringComparison.Ordinal) && l.Contains("message 1.0", StringComparison.Ordinal));
        _store.Replace(chunk, lines.Select(l => l.Replace("message 1.1", "massage 1.1", StringComparison.Ordinal)), rightName: true);
        var reader = await SessionReader.OpenAsync(_store.Store, session.Id, default);
        var exchanges = await ListAsync(reader.ExchangesAsync(default));

        var missing = await exchanges[3].Request!.ReadBodyAsync(default);
        var damaged = await exchanges[4].Request!.ReadBodyAsync(default);
        var present = await exchanges[5].Request!.ReadBodyAsync(default);

        Assert.Equal((PartState.Missing, 39L, false), (missing.Parts[0].State, missing.Length, missing.IsComplete));
        Assert.Equal((PartState.Damaged, 39L, false), (damaged.Parts[0].State, damaged.Length, damaged.IsComplete));
        Assert.Equal(PartState.Present, present.Parts[0].State);
    }

    [Fact]
    public async Task Reference_to_parts_that_nobody_stores_is_unknown_and_bounded()
    {
        var session = await _store.WriteAsync();
        var reader = await SessionReader.OpenAsync(_store.Store, session.Id, default);

        var content = await reader.ReadAsync(new ContentReference([new PartRange(5000, long.MaxValue - 1)]), default);

        Assert.Equal(PartState.Unknown, Assert.Single(content.Parts).State);
    }

    [Fact]
    public async Task Sessions_are_listed_newest_first_by_day()
    {
        var first = await _store.WriteAsync();
        _store.Time.Advance(TimeSpan.FromDays(1));
        var second = await _store.WriteAsync();
        var third = await _store.WriteAsync();
        var day = DateOnly.FromDateTime(_store.Time.GetUtcNow().UtcDateTime);

        Assert.Equal([third.Id, second.Id, first.Id], (await ListAsync(SessionList.NewestFirstAsync(_store.Store, null, null, default))).Select(s => s.Id));
        Assert.Equal([third.Id, second.Id], (await ListAsync(SessionList.NewestFirstAsync(_store.Store, day, day, default))).Select(s => s.Id));
        Assert.Equal([first.Id], (await ListAsync(SessionList.NewestFirstAsync(_store.Store, null, day.AddDays(-1), default))).Select(s => s.Id));
        Assert.Equal(first.Id, (await SessionList.FindAsync(_store.Store, first.Id[..20].ToUpperInvariant(), default))?.Id);
        Assert.Null(await SessionList.FindAsync(_store.Store, "0", default));
    }

    [Fact]
    public async Task Index_rows_are_read_and_those_of_expired_sessions_dropped()
    {
        var first = await _store.WriteAsync();
        var second = await _store.WriteAsync();
        Directory.Delete(_store.FileOf(first.Prefix), true);

        var index = new IndexReader(_store.Store);
        var rows = await ListAsync(index.DayAsync(StoreLayout.DayOf(second.Id), default));

        Assert.Equal(12, rows.Count);
        Assert.All(rows, r => Assert.Equal((second.Id, "model", "POST", 200L, "agents"), (r.Session, r.Target, r.Method, r.Status, r.Namespace)));
        Assert.Empty(index.Findings);
    }

    [Fact]
    public async Task Damaged_index_file_is_a_finding_and_the_others_are_read()
    {
        await _store.WriteAsync();
        _store.Flip(_store.Keys("index")[0], 300);

        var index = new IndexReader(_store.Store);
        var rows = await ListAsync(index.AllAsync(default));

        Assert.Single(index.Findings);
        Assert.True(rows.Count is > 0 and < 12);
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
            list.Add(item);
        return list;
    }
}
