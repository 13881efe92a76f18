using System.Buffers.Binary;
using K8sRecorder.Testing.Http2;
using static K8sRecorder.Testing.Http2.Http2Frames;

namespace K8sRecorder.Sidecar.Tests.Http2;

/// <summary>Something that a target answers.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Expected">What the agent gets: status, body and trailers, or the reset's code.</param>
/// <param name="Answer">Says it on the stream of a request whose head was read.</param>
internal sealed record TargetCase(string Name, string Expected, Func<Http2Peer, int, Task> Answer)
{
    /// <summary>What the request's body is; null where it has none.</summary>
    public string? Body { get; init; }

    /// <summary>The error that is recorded of the target's connection; null where it stays as it is.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the client that asks in this test makes an error of it when it is straight at the target, though it must not.</summary>
    public bool ClientIsStricter { get; init; }

    /// <summary>Settings that the target begins with.</summary>
    public byte[] Settings { get; init; } = [];

    public static IReadOnlyList<TargetCase> All { get; } =
    [
        Of("whole answer", "200 'body'", (f, s) => Ok(f, s).Frame(Data, EndStream, s, "body"u8)),
        Of("no body", "200 ''", (f, s) => f.Frame(Headers, EndStream | EndHeaders, s, Status("200"))),
        Of("body in pieces, some empty, some padding", "200 'body'", (f, s) => Ok(f, s).Frame(Data, 0, s, []).Frame(Data, Padded, s, [3, .. "bo"u8, 0, 0, 0]).Frame(Data, Padded, s, [0])
            .Frame(Data, 0, s, "dy"u8).Frame(Data, EndStream, s, [])),
        Of("head with padding and priority", "200 'body'", (f, s) => f.Frame(Headers, EndHeaders | Padded | HasPriority, s, [2, 0, 0, 0, 0, 9, .. Status("200"), 0, 0]).Frame(Data, EndStream, s, "body"u8)),
        Of("head in continuations", "200 'body'", (f, s) =>
        {
            foreach (var (piece, i) in Status("200").Select((piece, i) => (piece, i)))
                f.Frame(i == 0 ? Headers : Continuation, 0, s, [piece]);
            return f.Frame(Continuation, EndHeaders, s, []).Frame(Data, EndStream, s, "body"u8);
        }),
        Of("trailers", "200 'body' sum=42", (f, s) => Ok(f, s).Frame(Data, 0, s, "body"u8).Frame(Headers, EndStream | EndHeaders, s, Fields(("sum", "42")))),
        Of("trailers without a body", "200 '' sum=42", (f, s) => Ok(f, s).Frame(Headers, EndStream | EndHeaders, s, Fields(("sum", "42")))),
        Of("interim answers", "200 'body'", (f, s) => Ok(f.Frame(Headers, EndHeaders, s, Status("103")).Frame(Headers, EndHeaders, s, Status("199")), s).Frame(Data, EndStream, s, "body"u8)),
        Of("many fields", "200 'body'", (f, s) =>
        {
            var fields = Enumerable.Range(0, 40).Select(i => ($"x-{i}", new string('v', 1000))).Prepend((":status", "200"));
            var pieces = Fields([.. fields]).Chunk(16384).ToList();
            for (var i = 0; i < pieces.Count; i++)
                f.Frame(i == 0 ? Headers : Continuation, i == pieces.Count - 1 ? EndHeaders : (byte)0, s, pieces[i]);
            return f.Frame(Data, EndStream, s, "body"u8);
        }),
        Of("priority between", "200 'body'", (f, s) => Ok(f, s).Frame(Priority, 0, s, [0, 0, 0, 0, 1]).Frame(Data, EndStream, s, "body"u8)),
        // RFC 9113 4.1: whoever does not know a type ignores it
        Of("unknown frame before the head", "200 'body'", (f, s) => Ok(f.Frame(0xee, 0xff, 0, new byte[9]), s).Frame(Data, EndStream, s, "body"u8)) with { ClientIsStricter = true },
        Of("unknown frames everywhere", "200 'body' sum=42", (f, s) =>
        {
            Ok(f.Frame(Origin, 0, 0, [0, 11, .. "https://a.b"u8]).Frame(0xff, 0xff, int.MinValue, new byte[16384]), s).Frame(AlternativeService, 0, s, [0, 0, .. "h3=\":443\""u8]);
            Many(f, 1000, g => g.Frame(0xee, EndStream | EndHeaders, s, []));
            return f.Frame(Data, 0, s, "bo"u8).Frame(PriorityUpdate, 0, 0, [0, 0, 0, 1, .. "u=0"u8]).Frame(Data, 0, s, "dy"u8).Frame(0x0b, 0, s, new byte[100])
                .Frame(Headers, EndStream | EndHeaders, s, Fields(("sum", "42"))).Frame(0xee, 0, s, [1]);
        }) with { ClientIsStricter = true },
        Of("unknown frame inside of a block", "502", (f, s) => f.Frame(Headers, 0, s, Status("200")).Frame(0xee, 0, s, []).Frame(Continuation, EndHeaders, s, []))
            with { Error = "recorder PROTOCOL_ERROR" },
        Of("unknown frame that is too large", "502", (f, s) => f.Frame(0xee, 0, s, [], length: 16385)) with { Error = "recorder FRAME_SIZE_ERROR" },
        Of("pings between", "200 'body'", (f, s) => Many(Ok(f, s), 100, g => g.Frame(Ping, 0, 0, new byte[8])).Frame(Data, EndStream, s, "body"u8)),
        Of("settings between", "200 'body'", (f, s) =>
            Ok(f.Frame(Http2Frames.Settings, 0, 0, [0, 1, 0, 0, 0, 0]), s).Frame(Http2Frames.Settings, 0, 0, [0, 5, 0, 0, 0x80, 0, 0, 3, 0, 0, 0, 1]).Frame(Data, EndStream, s, "body"u8)),
        Of("goaway while it answers", "200 'body'", (f, s) => Ok(f, s).Frame(GoAway, 0, 0, Gone(s, 0)).Frame(Data, EndStream, s, "body"u8)),
        Of("goaway with an error while it answers", "200 'body'", (f, s) => Ok(f, s).Frame(GoAway, 0, 0, Gone(s, 11)).Frame(Data, EndStream, s, "body"u8)) with { Error = "target ENHANCE_YOUR_CALM" },
        Of("empty data, many", "200 'body'", (f, s) => Many(Ok(f, s), 1000, g => g.Frame(Data, 0, s, [])).Frame(Data, EndStream, s, "body"u8)),
        Of("goaway with an error, and the end", "502", (peer, s) => EndAsync(peer, f => f.Frame(GoAway, 0, 0, Gone(s, 11)))) with { Error = "target ENHANCE_YOUR_CALM" },
        // of what was not looked at anybody may ask again, and clients do
        EverySecond("goaway below the stream", "200 'body'", (f, s) => f.Frame(GoAway, 0, 0, Gone(0, 0))),
        EverySecond("goaway below the stream, with an error", "200 'body'", (f, s) => f.Frame(GoAway, 0, 0, Gone(0, 11))) with { Error = "target ENHANCE_YOUR_CALM" },
        EverySecond("reset that refuses, once", "200 'body'", (f, s) => f.Number(Reset, s, 7)),
        Of("100 before the answer", "200 'body'", (f, s) => Ok(f.Frame(Headers, EndHeaders, s, Status("100")), s).Frame(Data, EndStream, s, "body"u8)) with { Body = "asked" },
        Of("answer of trailers alone", "200 '' grpc-status:7", (f, s) => f.Frame(Headers, EndStream | EndHeaders, s, Fields((":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "7")))),
        new("window that settings take away and give back", "200 'abcdefghij'", async (peer, s) =>
        {
            var heard = new List<byte>();
            while (heard.Count < 5)
                heard.AddRange((await peer.ReadUntilAsync(Data, s))!.Payload);
            await peer.SendAsync(new Http2Frames().Frame(Http2Frames.Settings, 0, 0, [0, 4, 0, 0, 0, 0]).Frame(Http2Frames.Settings, 0, 0, [0, 4, 0, 0, 0xff, 0xff]));
            while (heard.Count < 10)
                heard.AddRange((await peer.ReadUntilAsync(Data, s))!.Payload);
            await peer.SendAsync(Ok(new Http2Frames(), s).Frame(Data, EndStream, s, [.. heard]));
        }) { Body = "abcdefghij", Settings = [0, 4, 0, 0, 0, 5] },
        Of("early answer, and no more wanted", "200 'early'", (f, s) => Ok(f, s).Frame(Data, EndStream, s, "early"u8).Number(Reset, s, 0)) with { Body = new string('b', 300_000) },
        new("window of a byte", "200 'abcde'", async (peer, s) =>
        {
            var heard = new List<byte>();
            while (heard.Count < 5)
            {
                var data = await peer.ReadUntilAsync(Data, s);
                heard.AddRange(data!.Payload);
                await peer.SendAsync(new Http2Frames().Number(WindowUpdate, s, 1));
            }
            await peer.SendAsync(Ok(new Http2Frames(), s).Frame(Data, EndStream, s, [.. heard]));
        }) { Body = "abcde", Settings = [0, 4, 0, 0, 0, 1] },
        Of("reset before it answers", "INTERNAL_ERROR", (f, s) => f.Number(Reset, s, 2)),
        Of("reset that refuses", "REFUSED_STREAM", (f, s) => f.Number(Reset, s, 7)),
        Of("reset that wants another version", "HTTP_1_1_REQUIRED", (f, s) => f.Number(Reset, s, 13)),
        Of("reset inside of a body", "ENHANCE_YOUR_CALM", (f, s) => Ok(f, s).Frame(Data, 0, s, "bo"u8).Number(Reset, s, 11)),
        Of("reset without an error inside of a body", "NO_ERROR", (f, s) => Ok(f, s).Frame(Data, 0, s, "bo"u8).Number(Reset, s, 0)),
        Of("data before a head", "502", (f, s) => f.Frame(Data, EndStream, s, "body"u8)) with { Error = "recorder PROTOCOL_ERROR" },
        Of("push that nobody wanted", "502", (f, s) => f.Frame(Push, EndHeaders, s, [0, 0, 0, 2, .. Status("200")])) with { Error = "recorder PROTOCOL_ERROR" },
        Of("frame that is too large", "502", (f, s) => f.Frame(Data, 0, s, [], length: 0xffffff)) with { Error = "recorder FRAME_SIZE_ERROR" },
        Of("ping of seven", "502", (f, s) => f.Frame(Ping, 0, 0, new byte[7])) with { Error = "recorder FRAME_SIZE_ERROR" },
        Of("window of nothing", "502", (f, s) => f.Number(WindowUpdate, 0, 0)) with { Error = "recorder PROTOCOL_ERROR" },
    ];

    private static TargetCase Of(string name, string expected, Func<Http2Frames, int, Http2Frames> make) =>
        new(name, expected, (peer, stream) => peer.SendAsync(make(new Http2Frames(), stream)));

    private static TargetCase Of(string name, string expected, Func<Http2Peer, int, Task> answer) => new(name, expected, answer);

    /// <summary>Says it to each first request, and answers each second.</summary>
    private static TargetCase EverySecond(string name, string expected, Func<Http2Frames, int, Http2Frames> make)
    {
        var asked = 0;
        return Of(name, expected, (f, s) => Interlocked.Increment(ref asked) % 2 == 1 ? make(f, s) : Ok(f, s).Frame(Data, EndStream, s, "body"u8));
    }

    private static async Task EndAsync(Http2Peer peer, Func<Http2Frames, Http2Frames> make)
    {
        await peer.SendAsync(make(new Http2Frames()));
        peer.EndSending();
    }

    private static byte[] Status(string status) => Fields((":status", status));

    private static Http2Frames Ok(Http2Frames frames, int stream) => frames.Frame(Headers, EndHeaders, stream, Status("200"));

    private static byte[] Gone(int lastStream, int code)
    {
        var payload = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, lastStream);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), code);
        return payload;
    }

    private static Http2Frames Many(Http2Frames frames, int count, Func<Http2Frames, Http2Frames> make)
    {
        for (var i = 0; i < count; i++)
            make(frames);
        return frames;
    }
}
