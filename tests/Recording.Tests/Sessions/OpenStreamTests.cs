using System.Text;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Testing.Recordings;

namespace K8sRecorder.Recording.Tests.Sessions;

/// <summary>Streams that were open when the process died, and of which records were written already.</summary>
public class OpenStreamTests
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task Stream_without_news_since_its_last_record_is_ended_all_the_same(bool sealedSince, bool keyKept)
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(rig.Options(RecordingMode.Strict) with { StreamRecordBytes = 4 });
        var stream = session.Begin(session.NewDraft("http.response", session.NextChannel()), "http.response.data", null);
        await stream.AppendAsync("all of it"u8.ToArray(), null, 12, 3, default);
        if (sealedSince)
            await session.SealAsync(default);
        var records = await EndAsync(rig, session, keyKept);

        Assert.Equal(["http.response", "http.response.data"], records.Select(r => r.Kind));
        Assert.True(records[0].Fields.GetProperty("body").GetProperty("more").GetBoolean());
        Assert.Equal("recorderStopped", records[1].Fields.GetProperty("cut").GetString());
        Assert.Equal(3, records[1].Fields.GetProperty("pending").GetInt32());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Span_behind_a_record_of_bytes_that_were_never_staged_keeps_its_place(bool isFirstStaged)
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(rig.Options(RecordingMode.Strict) with { StreamRecordBytes = 100 });
        var stream = session.Begin(session.NewDraft("http.response", session.NextChannel()), "http.response.data", null);
        if (isFirstStaged)
            await stream.AppendAsync(new byte[40], null, 40, 0, default);
        await stream.AppendAsync(Encoding.ASCII.GetBytes(new string('x', 100)), null, 100, 0, default);
        var at = isFirstStaged ? 140 : 100;
        await stream.AppendAsync("a [MASKED:k] b"u8.ToArray(), [new ContentSpan(at + 2, 10, "k", null)], 20, 0, default);
        var records = await EndAsync(rig, session, keyKept: true);

        Assert.Equal("a [MASKED:k] b", records[^1].Text("body"));
        var span = records[^1].Fields.GetProperty("masked")[0];
        Assert.Equal((2, 10), (span.GetProperty("at").GetInt32(), span.GetProperty("len").GetInt32()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Channel_that_is_in_no_record_yet_is_not_given_away_again(bool sealedSince)
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(RecordingMode.Strict);
        var channel = session.NextChannel();
        var stream = session.Begin(session.NewDraft("http.request", channel), "http.request.data", null);
        await stream.AppendAsync("begun"u8.ToArray(), null, 5, 0, default);
        if (sealedSince)
            await session.SealAsync(default);
        await session.DisposeAsync();
        rig.Restart();
        await using var resumed = await rig.StartAsync(RecordingMode.Strict);

        Assert.Equal(session.Id, resumed.Id);
        Assert.Equal(channel + 1, resumed.NextChannel());
    }

    [Fact]
    public async Task Every_record_of_a_direction_says_which_it_is()
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(rig.Options(RecordingMode.Strict) with { StreamRecordBytes = 4 });
        var channel = session.NextChannel();
        var streams = new[] { "agent", "target" }.Select(from =>
        {
            var first = session.NewDraft("tcp.data", channel);
            first.Set("from", from);
            return session.Begin(first, "tcp.data", null, events: true, from);
        }).ToList();
        foreach (var text in new[] { "hello", "again" })
            foreach (var stream in streams)
                await stream.AppendAsync(Encoding.ASCII.GetBytes(text), null, text.Length, 0, default);
        await streams[1].CompleteAsync(null, default);
        await session.SealAsync(default);
        await streams[0].AppendAsync("a"u8.ToArray(), null, 1, 0, default);
        var records = await EndAsync(rig, session, keyKept: true);

        var said = records.GroupBy(r => r.Fields.GetProperty("from").GetString()!).ToDictionary(g => g.Key, g => string.Concat(g.Select(r => r.Text("body"))));
        Assert.Equal(["agent", "target"], said.Keys.Order());
        Assert.Equal(("helloagaina", "helloagain"), (said["agent"], said["target"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_record_of_a_message_has_its_number(bool keyKept)
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(RecordingMode.Strict);
        var channel = session.NextChannel();
        var streams = new[] { 1L, 2L, 3L, 4L }.Select(number =>
        {
            var first = session.NewDraft("ws.message", channel);
            first.Set("from", number < 3 ? "agent" : "target");
            first.Set("message", number);
            return session.Begin(first, "ws.message.data", null, events: true, number < 3 ? "agent" : "target", number);
        }).ToList();
        foreach (var text in new[] { "a", "b", "c" })
        {
            for (var i = 0; i < 4; i++)
                await streams[i].AppendAsync(Encoding.ASCII.GetBytes($"{text}{i + 1}"), null, 2, 0, default);
            if (text == "a")
                await session.SealAsync(default); // at "b" the next file has heard of none of them
        }
        await streams[2].CompleteAsync(null, default);
        await streams[0].CompleteAsync(null, default);
        var records = await EndAsync(rig, session, keyKept);

        var said = records.GroupBy(r => r.Fields.GetProperty("message").GetInt64())
            .ToDictionary(g => g.Key, g => (g.Select(r => r.Fields.GetProperty("from").GetString()).Distinct().Single(), string.Concat(g.Select(r => r.Text("body")))));
        Assert.Equal([1, 2, 3, 4], said.Keys.Order());
        foreach (var (number, (from, text)) in said)
            Assert.Equal((number < 3 ? "agent" : "target", $"a{number}b{number}c{number}"), (from, text));
        Assert.Equal([2, 4], records.Where(r => r.Fields.TryGetProperty("cut", out _)).Select(r => r.Fields.GetProperty("message").GetInt64()).Order());
    }

    /// <summary>The process dies, the next one finishes; the records of channels.</summary>
    private static async Task<List<CheckedRecord>> EndAsync(SessionRig rig, RecordingSession session, bool keyKept)
    {
        await session.DisposeAsync();
        if (!keyKept)
            rig.LoseKeys();
        rig.Restart();
        await using var next = await rig.StartAsync(RecordingMode.Strict);
        await next.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        return [.. check.Sessions[session.Id.ToString()].Where(r => !r.Kind.StartsWith("session.", StringComparison.Ordinal))];
    }
}
