using System.Text;
using K8sRecorder.Testing.Http2;
using static K8sRecorder.Testing.Http2.Http2Frames;

namespace K8sRecorder.Sidecar.Tests.Http2;

/// <summary>What agents may send and what they must not, of the kind of h2spec: RFC 9113 and RFC 7541, section by section.</summary>
internal static class Http2Cases
{
    private static readonly (string, string)[] Post = [(":method", "POST"), (":scheme", "http"), (":authority", "h"), (":path", "/")];
    private static readonly (string, string)[] Head = [(":method", "GET"), (":scheme", "http"), (":authority", "h"), (":path", "/")];

    public static IReadOnlyList<Http2Case> Connection { get; } =
    [
        // 3.4, 4.1, 4.2
        Of("3.4 settings are not first", [], null, _ => new Http2Frames().Raw(Preface).Frame(Ping, 0, 0, new byte[8]), bare: true),
        Of("4.1 unknown frame", [], "goes on", f => f.Frame(0xee, 0xff, 0, new byte[20])),
        Of("4.1 unknown frame on a stream", [1], "1:200", f => f.Frame(0xee, 0, 1, new byte[20]).Get(1, "/")),
        Of("4.1 undefined flags", [], "goes on", f => f.Frame(Ping, 0xfe, 0, new byte[8])),
        Of("4.1 reserved bit", [], "goes on", f => f.Frame(Ping, 0, int.MinValue, new byte[8])),
        Of("4.2 data as large as agreed", [1], "1:200", f => Open(f, 1).Frame(Data, EndStream, 1, new byte[16384])),
        Of("4.2 data that is larger", [1], "GOAWAY FRAME_SIZE_ERROR|1:FRAME_SIZE_ERROR", f => Open(f, 1).Frame(Data, EndStream, 1, new byte[16385])),
        Of("4.2 headers that are larger", [], "GOAWAY FRAME_SIZE_ERROR", f => f.Frame(Headers, EndStream | EndHeaders, 1, new byte[16385])),
        Of("4.2 length without bytes", [], "GOAWAY FRAME_SIZE_ERROR", f => f.Frame(Data, 0, 1, [], length: 0xffffff)),
        // 4.3, 6.10
        Of("4.3 block that is none", [], "GOAWAY COMPRESSION_ERROR", f => f.Frame(Headers, EndStream | EndHeaders, 1, [0xff, 0xff, 0xff, 0xff, 0x0f])),
        Of("4.3 other frame inside of a block", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Headers, EndStream, 1, Fields(Head)).Frame(Ping, 0, 0, new byte[8])),
        Of("4.3 unknown frame inside of a block", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Headers, EndStream, 1, Fields(Head)).Frame(0xee, 0, 1, [])),
        Of("6.10 continuations", [1], "1:200", f => Pieces(f, 3)),
        Of("6.10 continuations of a byte", [1], "1:200", f => Pieces(f, 1)),
        Of("6.10 continuation that is empty", [1], "1:200", f => f.Frame(Headers, EndStream, 1, Fields(Head)).Frame(Continuation, 0, 1, []).Frame(Continuation, EndHeaders, 1, [])),
        Of("6.10 continuation of nothing", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Continuation, EndHeaders, 1, Fields(Head))),
        Of("6.10 continuation of a whole block", [], "GOAWAY PROTOCOL_ERROR|GOAWAY STREAM_CLOSED", f => f.Get(1, "/").Frame(Continuation, EndHeaders, 1, Fields(("a", "b")))),
        Of("6.10 continuation on another stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Headers, EndStream, 1, Fields(Head)).Frame(Continuation, EndHeaders, 3, [])),
        Of("6.10 continuation on no stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Headers, EndStream, 1, Fields(Head)).Frame(Continuation, EndHeaders, 0, [])),
        // 6.1 to 6.3
        Of("6.1 padding", [1], "1:200", f => Open(f, 1).Frame(Data, Padded, 1, [5, 1, 2, 0, 0, 0, 0, 0]).Frame(Data, Padded | EndStream, 1, [2, 0, 0])),
        Of("6.1 padding only", [1], "1:200", f => Open(f, 1).Frame(Data, Padded | EndStream, 1, [255, .. new byte[255]])),
        Of("6.1 padding as long as the payload", [], "GOAWAY PROTOCOL_ERROR", f => Open(f, 1).Frame(Data, Padded | EndStream, 1, [3, 0, 0])),
        Of("6.1 padding without its length", [], "GOAWAY PROTOCOL_ERROR|GOAWAY FRAME_SIZE_ERROR", f => Open(f, 1).Frame(Data, Padded | EndStream, 1, [])),
        Of("6.1 data on no stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Data, 0, 0, [1])),
        Of("6.1 data on an idle stream", [], "GOAWAY PROTOCOL_ERROR|GOAWAY STREAM_CLOSED", f => f.Frame(Data, 0, 1, [1])),
        Of("6.1 data that is empty, many", [1], "1:200", f => Many(Open(f, 1), 50, g => g.Frame(Data, 0, 1, [])).Frame(Data, EndStream, 1, [])),
        Of("6.2 headers with padding and priority", [1], "1:200", f => f.Frame(Headers, EndStream | EndHeaders | Padded | HasPriority, 1, [4, 0, 0, 0, 0, 16, .. Fields(Head), 0, 0, 0, 0])),
        Of("6.2 headers, padding too long", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Headers, EndStream | EndHeaders | Padded, 1, [200, .. Fields(Head)])),
        Of("6.2 headers on no stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Headers, EndStream | EndHeaders, 0, Fields(Head))),
        Of("6.3 priority on an idle stream", [1], "1:200", f => f.Frame(Priority, 0, 7, [0, 0, 0, 0, 1]).Get(1, "/")),
        Of("6.3 priority on no stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Priority, 0, 0, [0, 0, 0, 0, 1])),
        Of("6.3 priority of four bytes", [], "GOAWAY FRAME_SIZE_ERROR|1:FRAME_SIZE_ERROR", f => f.Frame(Priority, 0, 1, new byte[4])),
        Of("5.3 stream that depends on itself", [], null, f => f.Frame(Priority, 0, 1, [0, 0, 0, 1, 1])),
        // 6.4
        Of("6.4 reset on no stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Number(Reset, 0, 8)),
        Of("6.4 reset of an idle stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Number(Reset, 1, 8)),
        Of("6.4 reset of three bytes", [], "GOAWAY FRAME_SIZE_ERROR", f => Open(f, 1).Frame(Reset, 0, 1, new byte[3])),
        Of("6.4 reset, and the next stream", [3], "3:200", f => Open(f, 1).Number(Reset, 1, 8).Get(3, "/")),
        Of("6.4 reset by an unknown code", [3], "3:200", f => Open(f, 1).Number(Reset, 1, 0xdeadbeef).Get(3, "/")),
        // 6.5
        Of("6.5 settings on a stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Settings, 0, 1, [])),
        Of("6.5 settings of five bytes", [], "GOAWAY FRAME_SIZE_ERROR", f => f.Frame(Settings, 0, 0, new byte[5])),
        Of("6.5 acknowledgement with a payload", [], "GOAWAY FRAME_SIZE_ERROR", f => f.Frame(Settings, Ack, 0, new byte[6])),
        Of("6.5.2 push that is neither", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Settings, 0, 0, [0, 2, 0, 0, 0, 2])),
        Of("6.5.2 window beyond 31 bits", [], "GOAWAY FLOW_CONTROL_ERROR", f => f.Frame(Settings, 0, 0, [0, 4, 0x80, 0, 0, 0])),
        Of("6.5.2 frames too small", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Settings, 0, 0, [0, 5, 0, 0, 0x3f, 0xff])),
        Of("6.5.2 frames too large", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Settings, 0, 0, [0, 5, 1, 0, 0, 0])),
        Of("6.5.2 unknown setting", [], "goes on", f => f.Frame(Settings, 0, 0, [0x7a, 0x7a, 1, 2, 3, 4])),
        Of("6.5.3 setting twice", [], "goes on", f => f.Frame(Settings, 0, 0, [0, 4, 0, 0, 0, 1, 0, 4, 0, 0, 0xff, 0xff])),
        Of("6.5.3 acknowledgement of nothing", [], "goes on", f => f.Frame(Settings, Ack, 0, []).Frame(Settings, Ack, 0, [])),
        // 6.6 to 6.9
        Of("6.6 push by a client", [], "GOAWAY PROTOCOL_ERROR", f => Open(f, 1).Frame(Push, EndHeaders, 1, [0, 0, 0, 2, .. Fields(Head)])),
        Of("6.7 ping on a stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(Ping, 0, 1, new byte[8])),
        Of("6.7 ping of six bytes", [], "GOAWAY FRAME_SIZE_ERROR", f => f.Frame(Ping, 0, 0, new byte[6])),
        Of("6.7 acknowledgement of no ping", [], "goes on", f => f.Frame(Ping, Ack, 0, new byte[8])),
        Of("6.8 goaway on a stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Frame(GoAway, 0, 1, new byte[8])),
        Of("6.8 goaway of seven bytes", [], "GOAWAY FRAME_SIZE_ERROR", f => f.Frame(GoAway, 0, 0, new byte[7])),
        Of("6.8 goaway of a client", [1], null, f => Open(f, 1).Frame(GoAway, 0, 0, new byte[8]).Frame(Data, EndStream, 1, [1])),
        Of("6.9 window on an idle stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Number(WindowUpdate, 1, 1)),
        Of("6.9 window of three bytes", [], "GOAWAY FRAME_SIZE_ERROR", f => f.Frame(WindowUpdate, 0, 0, new byte[3])),
        Of("6.9 window of nothing", [], "GOAWAY PROTOCOL_ERROR", f => f.Number(WindowUpdate, 0, 0)),
        Of("6.9 window of nothing on a stream", [1], "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", f => Open(f, 1).Number(WindowUpdate, 1, 0)),
        Of("6.9.1 window beyond 31 bits", [], "GOAWAY FLOW_CONTROL_ERROR", f => f.Number(WindowUpdate, 0, int.MaxValue).Number(WindowUpdate, 0, 1)),
        Of("6.9.1 window of a stream beyond 31 bits", [1], "1:FLOW_CONTROL_ERROR|GOAWAY FLOW_CONTROL_ERROR", f => Open(f, 1).Number(WindowUpdate, 1, int.MaxValue).Number(WindowUpdate, 1, 1)),
        Of("6.9.2 window that a setting takes away", [1], "1:200", f => f.Frame(Settings, 0, 0, [0, 4, 0, 0, 0, 0]).Get(1, "/").Frame(Settings, 0, 0, [0, 4, 0, 0, 0xff, 0xff])),
        Of("6.9.2 window that a setting makes too large", [], "GOAWAY FLOW_CONTROL_ERROR", f => Open(f, 1).Number(WindowUpdate, 1, int.MaxValue - 65535).Frame(Settings, 0, 0, [0, 4, 0x7f, 0xff, 0xff, 0xff])),
    ];

    public static IReadOnlyList<Http2Case> Streams { get; } =
    [
        // 5.1
        Of("5.1.1 even stream", [], "GOAWAY PROTOCOL_ERROR", f => f.Get(2, "/")),
        Of("5.1.1 stream that is before another", [], "GOAWAY PROTOCOL_ERROR|GOAWAY STREAM_CLOSED", f => f.Get(5, "/").Get(3, "/")),
        Of("5.1 data after the end", [], "1:STREAM_CLOSED|GOAWAY STREAM_CLOSED", f => Post2(f).Frame(Data, 0, 1, [1])),
        Of("5.1 headers after the end", [], "1:STREAM_CLOSED|GOAWAY STREAM_CLOSED", f => Post2(f).Frame(Headers, EndStream | EndHeaders, 1, Fields(("a", "b")))),
        Of("5.1 window after the end", [1], "1:200", f => Post2(f).Number(WindowUpdate, 1, 100)),
        Of("5.1 priority after the end", [1], "1:200", f => Post2(f).Frame(Priority, 0, 1, [0, 0, 0, 0, 1])),
        Of("5.1 data after a reset", [3], "3:200|GOAWAY STREAM_CLOSED|1:STREAM_CLOSED 3:200", f => Open(f, 1).Number(Reset, 1, 8).Frame(Data, 0, 1, [1]).Get(3, "/")),
        Of("5.1 trailers after a reset", [3], "3:200|GOAWAY STREAM_CLOSED|1:STREAM_CLOSED 3:200", f => Open(f, 1).Number(Reset, 1, 8).Frame(Headers, EndStream | EndHeaders, 1, Fields(("a", "b"))).Get(3, "/")),
        // 8.1, 8.2
        Of("8.1 trailers", [1], "1:200", f => Open(f, 1).Frame(Data, 0, 1, [1]).Frame(Headers, EndStream | EndHeaders, 1, Fields(("a", "b")))),
        Of("8.1 trailers that do not end", [1], "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", f => Open(f, 1).Frame(Headers, EndHeaders, 1, Fields(("a", "b")))),
        Of("8.1 trailers with a pseudo-field", [1], "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", f => Open(f, 1).Frame(Headers, EndStream | EndHeaders, 1, Fields((":method", "GET")))),
        Of("8.1.1 shorter than it says", [1], "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", f => Open(f, 1, ("content-length", "3")).Frame(Data, EndStream, 1, [1])),
        Of("8.1.1 longer than it says", [1], "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", f => Open(f, 1, ("content-length", "1")).Frame(Data, EndStream, 1, [1, 2])),
        Of("8.1.1 as long as it says, in two", [1], "1:200", f => Open(f, 1, ("content-length", "2")).Frame(Data, 0, 1, [1]).Frame(Data, EndStream, 1, [2])),
        Of("8.1.1 length and no data", [1], "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", f => f.Frame(Headers, EndStream | EndHeaders, 1, Fields([.. Post, ("content-length", "1")]))),
        Request("8.2 upper case", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [.. Head, ("X-Upper", "a")]),
        Request("8.2.1 blank in a name", null, [.. Head, ("a b", "a")]),
        Request("8.2.1 name that is empty", null, [.. Head, ("", "a")]),
        Request("8.2.1 control character in a value", null, [.. Head, ("a", "a\u0001b")]),
        Request("8.2.1 CR LF in a value", null, [.. Head, ("a", "a\r\nb: c")]),
        Request("8.2.1 NUL in a value", null, [.. Head, ("a", "a\0b")]),
        Request("8.2.1 bytes beyond ASCII", null, [.. Head, ("a", "Gr\u00fc\u00df")]),
        Request("8.2.1 blank around a value", null, [.. Head, ("a", " b ")]),
        Request("8.2.2 connection", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [.. Head, ("connection", "close")]),
        Request("8.2.2 keep-alive", null, [.. Head, ("keep-alive", "5")]),
        Request("8.2.2 proxy-connection", null, [.. Head, ("proxy-connection", "close")]),
        Request("8.2.2 transfer-encoding", null, [.. Head, ("transfer-encoding", "chunked")]),
        Request("8.2.2 upgrade", null, [.. Head, ("upgrade", "h2c")]),
        Request("8.2.2 te of trailers", "1:200", [.. Head, ("te", "trailers")]),
        Request("8.2.2 te of something else", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [.. Head, ("te", "trailers, deflate")]),
        Request("8.2.3 crumbs", "1:200", [.. Head, ("cookie", "a=1"), ("cookie", "b=2")]),
        // 8.3
        Request("8.3 unknown pseudo-field", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [.. Head, (":unknown", "a")]),
        Request("8.3 of an answer", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [.. Head, (":status", "200")]),
        Request("8.3 behind others", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [.. Head[..3], ("a", "b"), Head[3]]),
        Request("8.3.1 empty path", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [.. Head[..3], (":path", "")]),
        Request("8.3.1 path that does not begin with a slash", null, [.. Head[..3], (":path", "x")]),
        Request("8.3.1 no method", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", Head[1..]),
        Request("8.3.1 no scheme", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [Head[0], .. Head[2..]]),
        Request("8.3.1 no path", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", Head[..3]),
        Request("8.3.1 method twice", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [Head[0], .. Head]),
        Request("8.3.1 scheme twice", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [.. Head, Head[1]]),
        Request("8.3.1 path twice", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [.. Head, Head[3]]),
        Request("8.3.1 no authority", null, [Head[0], Head[1], Head[3]]),
        Request("8.3.1 host instead", "1:200", [Head[0], Head[1], Head[3], ("host", "h")]),
        Request("8.3.1 authority and another host", null, [.. Head, ("host", "other")]),
        Request("8.3.1 method of one's own", "1:200", [(":method", "PURGE"), .. Head[1..]]),
        Request("8.3.1 HEAD", "1:200", [(":method", "HEAD"), .. Head[1..]]),
        Request("8.5 CONNECT with a path", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [(":method", "CONNECT"), .. Head[1..]]),
        Request("8441 protocol without CONNECT", "1:PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR", [.. Head, (":protocol", "websocket")]),
    ];

    public static IReadOnlyList<Http2Case> Compression { get; } =
    [
        Block("7541 2.3.3 index of zero", "GOAWAY COMPRESSION_ERROR|GOAWAY INTERNAL_ERROR", [0x80]), // the latter is Kestrel's
        Block("7541 2.3.3 index beyond the tables", "GOAWAY COMPRESSION_ERROR", [0x80 | 62]),
        Block("7541 4.2 size update", "1:200", [0x20, .. Fields(Head)]),
        Block("7541 4.2 two size updates", "1:200", [0x20, 0x3f, 0xe1, 0x1f, .. Fields(Head)]),
        Block("7541 4.2 size update behind a field", "GOAWAY COMPRESSION_ERROR", [.. Fields(Head), 0x20]),
        Block("7541 6.3 size beyond the setting", "GOAWAY COMPRESSION_ERROR", [0x3f, 0xff, 0xff, 0xff, 0x07, .. Fields(Head)]),
        Block("7541 5.1 integer without end", "GOAWAY COMPRESSION_ERROR", [.. Enumerable.Repeat((byte)0xff, 40)]),
        Block("7541 5.1 integer in more bytes than it needs", null, [.. Fields(Head), 0x00, 0x7f, 0x82, 0x80, 0x00, .. new string('a', 129).Select(c => (byte)c), 1, (byte)'b']),
        Block("7541 5.2 text longer than its block", "GOAWAY COMPRESSION_ERROR", [0, 0x7f, 0xff, 0xff, 0x7f]),
        Block("7541 5.2 padding of more than 7 bits", "GOAWAY COMPRESSION_ERROR", [.. Fields(Head), 0, 1, (byte)'a', 0x82, 0xff, 0xff]),
        Block("7541 5.2 padding that is not of ones", "GOAWAY COMPRESSION_ERROR", [.. Fields(Head), 0, 1, (byte)'a', 0x81, 0x00]),
        Block("7541 5.2 end of string inside", "GOAWAY COMPRESSION_ERROR", [.. Fields(Head), 0, 1, (byte)'a', 0x84, 0xff, 0xff, 0xff, 0xff]),
        Block("7541 5.2 Huffman", "1:200", [.. Fields(Head), 0, 1, (byte)'a', 0x8c, 0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff]),
        Block("7541 6.1 fields of the static table", "1:200", [0x82, 0x86, 0x84, 0x41, 1, (byte)'h']),
        Block("7541 6.2.3 field that is never indexed", "1:200", [.. Fields(Head), 0x10, 1, (byte)'a', 1, (byte)'b']),
        Block("7541 2.3.2 field of the table", "1:200", [.. Fields(Head), .. IndexedField("a", "b"), FirstOfTable]),
        Block("7541 4.4 field larger than the table", "1:200", [.. Fields(Head), .. IndexedField("a", new string('b', 5000))]),
        Block("7541 4.4 field that was thrown out", "GOAWAY COMPRESSION_ERROR", [.. Fields(Head), .. IndexedField("a", "b"), .. IndexedField("c", new string('d', 5000)), FirstOfTable]),
        Of("7541 4.3 table that is emptied between two", [], "GOAWAY COMPRESSION_ERROR", f =>
            f.Frame(Headers, EndStream | EndHeaders, 1, [.. Fields(Head), .. IndexedField("a", "b")]).Frame(Headers, EndStream | EndHeaders, 3, [0x20, .. Fields(Head), FirstOfTable])),
        Of("7541 2.2 table of two requests", [1, 3], "1:200 3:200", f =>
            f.Frame(Headers, EndStream | EndHeaders, 1, [.. Fields(Head), .. IndexedField("a", "b")]).Frame(Headers, EndStream | EndHeaders, 3, [.. Fields(Head), FirstOfTable])),
    ];

    private static byte[] Preface => Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    private static Http2Case Of(string name, int[] streams, string? expected, Func<Http2Frames, Http2Frames> make, bool bare = false) =>
        new(name, streams, expected, make) { IsBare = bare };

    private static Http2Case Request(string name, string? expected, (string, string)[] fields) =>
        Of(name, [1], expected, f => f.Frame(Headers, EndStream | EndHeaders, 1, Fields(fields)));

    private static Http2Case Block(string name, string? expected, byte[] block) =>
        Of(name, expected is null || expected[0] == '1' ? [1] : [], expected, f => f.Frame(Headers, EndStream | EndHeaders, 1, block));

    /// <summary>A request whose body is to come.</summary>
    private static Http2Frames Open(Http2Frames frames, int stream, params (string, string)[] more) =>
        frames.Frame(Headers, EndHeaders, stream, Fields([.. Post, .. more]));

    /// <summary>A request that is whole.</summary>
    private static Http2Frames Post2(Http2Frames frames) => Open(frames, 1).Frame(Data, EndStream, 1, [1]);

    private static Http2Frames Pieces(Http2Frames frames, int size)
    {
        var pieces = Fields(Head).Chunk(size).ToList();
        for (var i = 0; i < pieces.Count; i++)
            frames.Frame(i == 0 ? Headers : Continuation, (byte)((i == 0 ? EndStream : 0) | (i == pieces.Count - 1 ? EndHeaders : 0)), 1, pieces[i]);
        return frames;
    }

    private static Http2Frames Many(Http2Frames frames, int count, Func<Http2Frames, Http2Frames> make)
    {
        for (var i = 0; i < count; i++)
            make(frames);
        return frames;
    }
}
