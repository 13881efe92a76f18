using System.Text;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Recording.Tests.Sessions;

public class SessionTests
{
    [Fact]
    public async Task Closed_session_is_sound_in_the_store()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync();
        await session.AppendAsync(SessionRig.Request(session, "{\"a\":\"ü\\u0000\"}\u0001\u0085"), default);
        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var records = check.Sessions[session.Id.ToString()];
        Assert.Equal(["session.opened", "http.request", "session.closed"], records.Select(r => r.Kind));
        Assert.Equal("{\"a\":\"ü\\u0000\"}\u0001\u0085", records[1].Text("body"));
        Assert.Contains(session.Id.ToString(), check.Closed);
        Assert.Equal(0, rig.Spool.WaitingEntries);
        Assert.Equal(0, rig.Spool.UsedBytes);
        Assert.Empty(Directory.GetDirectories(rig.SpoolFolder));
        Assert.Empty(Directory.GetFiles(rig.KeysFolder, "*.pem"));
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_come_back_as_they_were()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync();
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        var draft = session.NewDraft("tcp.data", session.NextChannel());
        draft.SetBody(bytes, null, bytes.Length);
        await session.AppendAsync(draft, default);
        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        Assert.Equal(bytes, check.Sessions[session.Id.ToString()][1].Content["body"]);
    }

    [Fact]
    public async Task Record_with_thousands_of_masked_spans_verifies()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync();
        const string Marker = "[MASKED:aws-key]";
        var text = string.Concat(Enumerable.Repeat(Marker + "\n", 5000));
        var spans = Enumerable.Range(0, 5000).Select(i => new ContentSpan(i * (Marker.Length + 1), Marker.Length, "aws-key", $"tag{i}")).ToList();
        var draft = session.NewDraft("tcp.data", session.NextChannel());
        draft.SetBody(Encoding.ASCII.GetBytes(text), spans, text.Length);
        await session.AppendAsync(draft, default);
        await session.CloseAsync("stopped", null, default);
        Assert.Empty((await rig.ShipAsync()).Problems);
        await using var store = new FolderStore(rig.StoreFolder);
        var result = await new StoreVerifier(store, TrustSet.Empty).VerifyAsync(null, default);
        Assert.DoesNotContain(result.Sessions.Single().Findings, finding => finding.Code == FindingCode.RecordSyntax);
    }

    [Fact]
    public async Task Repeated_pieces_are_referred_to()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync();
        var pieces = Enumerable.Range(0, 20).Select(i => $"{{\"role\":\"user\",\"content\":\"{new string((char)('a' + i), 300 + i)}\"}},").ToList();
        for (var turn = 1; turn <= pieces.Count; turn++)
            await session.AppendAsync(SessionRig.Request(session, string.Concat(pieces.Take(turn)), new CommaCutter()), default);
        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var records = check.Sessions[session.Id.ToString()];
        Assert.Equal(string.Concat(pieces), records[20].Text("body"));
        Assert.Equal(21, session.Counters.PartsStored);
        Assert.Contains("\"parts\":[\"1-", records[20].Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Small_pieces_are_merged_and_found_again_as_a_run()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync();
        var pieces = Enumerable.Range(0, 6).Select(i => $"{{\"role\":\"user\",\"content\":\"this is the message {i}\"}},").ToList();
        await session.AppendAsync(SessionRig.Request(session, string.Concat(pieces), new CommaCutter()), default);
        await session.AppendAsync(SessionRig.Request(session, string.Concat(pieces) + new string('x', 400), new CommaCutter()), default);
        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        Assert.Contains("\"parts\":[1,2,[3,400,", check.Sessions[session.Id.ToString()][2].Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Same_text_with_other_spans_is_another_part()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync();
        const string Text = "key is [MASKED:aws-key]";
        await session.AppendAsync(SessionRig.Request(session, Text), default);
        await session.AppendAsync(SessionRig.Request(session, Text, spans: [new ContentSpan(7, 16, "aws-key", "t1")]), default);
        await session.AppendAsync(SessionRig.Request(session, Text, spans: [new ContentSpan(7, 16, "aws-key", "t2")]), default);
        await session.AppendAsync(SessionRig.Request(session, Text, spans: [new ContentSpan(7, 16, "aws-key", "t1")]), default);
        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var lines = check.Sessions[session.Id.ToString()].Select(r => r.Line).ToList();
        Assert.DoesNotContain("masked", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"masked\":[{\"part\":2,\"at\":7,\"len\":16,\"detector\":\"aws-key\",\"tag\":\"t1\"}]", lines[2], StringComparison.Ordinal);
        Assert.Contains("\"tag\":\"t2\"", lines[3], StringComparison.Ordinal);
        Assert.Contains("\"parts\":[2]", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_is_one_record_with_its_events()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync(RecordingMode.Strict);
        var first = session.NewDraft("http.response", session.NextChannel());
        first.Set("status", 200);
        first.SetContent("head", "HTTP/1.1 200 OK\n"u8);
        var stream = session.Begin(first, "http.response.data", null, events: true);
        await stream.AppendAsync(default, null, 0, 0, default);
        for (var i = 0; i < 3; i++)
        {
            rig.Time.Advance(TimeSpan.FromMilliseconds(20));
            await stream.AppendAsync(Encoding.UTF8.GetBytes($"data: {i}\n\n"), null, 9, i == 0 ? 5 : 0, default);
        }

        await stream.CompleteAsync(fields => fields.SetContent("trailers", "x: y\n"u8), default);
        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var record = check.Sessions[session.Id.ToString()][1];
        Assert.Equal("data: 0\n\ndata: 1\n\ndata: 2\n\n", record.Text("body"));
        Assert.Equal("x: y\n", record.Text("trailers"));
        Assert.Contains("\"events\":[9,20,9,20,9,20]", record.Line, StringComparison.Ordinal);
        Assert.DoesNotContain("pending", record.Line, StringComparison.Ordinal);
        Assert.DoesNotContain("more", record.Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_that_ends_before_the_writer_comes_is_written_once()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync();
        for (var i = 0; i < 200; i++)
        {
            var stream = session.Begin(session.NewDraft("tcp.data", session.NextChannel()), "tcp.data", null);
            await stream.AppendAsync("ab"u8.ToArray(), null, 2, 0, default);
            await stream.AppendAsync("cd"u8.ToArray(), null, 2, 0, default);
            await stream.CompleteAsync(null, default);
        }

        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var data = check.Sessions[session.Id.ToString()].Where(r => r.Kind == "tcp.data").ToList();
        Assert.Equal(200, data.Count);
        Assert.All(data, r => Assert.Equal("abcd", r.Text("body")));
    }

    [Fact]
    public async Task Long_stream_goes_on_in_records_cut_at_code_points()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync(rig.Options(RecordingMode.Strict) with { StreamRecordBytes = 1000, ChunkBytes = 3000 });
        var stream = session.Begin(session.NewDraft("tcp.data", session.NextChannel()), "tcp.data", null, events: true);
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("aü€😀", 900)));
        for (var at = 0; at < bytes.Length; at += 7)
            await stream.AppendAsync(bytes.AsMemory(at, Math.Min(7, bytes.Length - at)), null, Math.Min(7, bytes.Length - at), 0, default);
        await stream.CompleteAsync(null, default);
        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var data = check.Sessions[session.Id.ToString()].Where(r => r.Kind == "tcp.data").ToList();
        Assert.Equal(bytes, data.SelectMany(r => r.Content["body"]));
        Assert.True(data.Count >= 8);
        Assert.All(data[..^1], r => Assert.Contains("\"more\":true", r.Line, StringComparison.Ordinal));
        Assert.True(session.Counters.Chunks > 2);
    }

    [Fact]
    public async Task Clock_signs_heads_and_seals()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync();
        for (var i = 0; i < 13; i++)
        {
            await session.AppendAsync(SessionRig.Request(session, $"body {i}"), default);
            rig.Time.Advance(TimeSpan.FromSeconds(5));
        }

        await session.FlushAsync(default);
        Assert.Equal(13, session.Counters.Heads);
        await session.CloseAsync("stopped", null, default);
        Assert.Equal(2, session.Counters.Chunks);
        Assert.Empty((await rig.ShipAsync()).Problems);
    }

    [Fact]
    public async Task Rotation_names_the_next_key()
    {
        using var rig = new SessionRig();
        await using var old = await rig.StartAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await using var next = await old.OpenNextAsync(rig.Identity, default);
        await old.CloseAsync("maxAge", next, default);
        await next.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var closed = check.Sessions[old.Id.ToString()][^1];
        Assert.Equal(next.Id.ToString(), closed.Fields.GetProperty("next").GetString());
        Assert.Equal(next.Fingerprint, closed.Fields.GetProperty("nextKey").GetString());
    }

    /// <summary>Cuts after every "},": as good as a real one for text without nested objects.</summary>
    private sealed class CommaCutter : IBodyCutter
    {
        private long _at;

        public void Push(ReadOnlySpan<byte> bytes, List<long> cuts)
        {
            for (var i = 1; i < bytes.Length; i++)
            {
                if (bytes[i] == ',' && bytes[i - 1] == '}')
                    cuts.Add(_at + i + 1);
            }

            _at += bytes.Length;
        }
    }
}
