using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Fuzz.Oracles;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// HTTP/1.1 heads. The first byte says which: request, response, trailers. The same for any split; ranges are inside and in order; what is
/// accepted is written back byte for byte from its parts; and Kestrel, which is a second reader of the same bytes, agrees.
/// </summary>
internal sealed class HttpHeadTarget : FuzzTarget
{
    public override string Name => "http-head";

    public override string Subject => "Http1HeadParser, Http1Framing, ForwardedHead, MaskedHead: heads of requests and responses, trailers";

    public override IEnumerable<string> Dictionary =>
    [
        .. Planted.Secrets.Select(s => $" {s} "), "Authorization: Bearer ", "X-Key: ", "Cookie: a=b; ", "Date: Sat, 21 Nov 2026 10:00:00 GMT\r\n", "Upgrade: h2c\r\n",
        "GET / HTTP/1.1\r\n", "POST ", " HTTP/1.1\r\n", " HTTP/1.0\r\n", "HTTP/1.1 200 OK\r\n", "Host: h\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n",
        "Connection: close, x\r\n", "\r\n\r\n", "\r\n", "\n", "\r", " : ", ": ", "\r\n ", "chunked, chunked", "http://h/", "/?", "*", "\t", "+5", "0x5", "5, 5", "xchunked",
    ];

    public override IEnumerable<byte[]> Seeds() =>
    [
        [0, .. "GET / HTTP/1.1\r\nHost: h\r\n\r\n"u8],
        [0, .. "POST http://h/a?b HTTP/1.0\r\nhost:h\r\nContent-Length:   5  \r\nX-Empty:\r\nx: a\tb  c\r\n\r\nhello"u8],
        [0, .. "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close, X-A\r\nX-A: 1\r\nExpect: 100-continue\r\n\r\n"u8],
        [1, .. "HTTP/1.1 200 OK\r\nServer: odd/1\r\nContent-Length: 3\r\n\r\nabc"u8],
        [1, .. "HTTP/1.1 204\r\n\r\n"u8],
        [2, .. "X-Sum: 42\r\nx-late: 1\r\n\r\n"u8],
        [2, .. "\r\n"u8],
        [0, .. "GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer AIza7yQk3vT9qLw8XyB2nR6mHc4JdPf5Gs1aZeU\r\nx-a: a 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 b\r\n\r\n"u8],
        [1, .. "HTTP/1.1 400 no glpat-x7Kq2mW9ztR4vB8nLp3d here\r\nDate: Sat, 21 Nov 2026 10:00:00 GMT\r\n\r\n"u8],
    ];

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        var kind = (Http1HeadKind)(input[0] % 3);
        var bytes = input[1..];
        var head = new HttpHead();
        var parser = new Http1HeadParser(kind, head);
        parser.Reset();
        measure.Begin();
        var status = parser.Parse(bytes, 0, bytes.Length);
        var framing = status == ParseStatus.Complete ? Framing(kind, head) : "";
        measure.End();
        if (status == ParseStatus.Invalid != (parser.Fault != Http1Fault.None))
            throw new OracleException("what is refused has a reason", $"{status} {parser.Fault}");
        var text = Shown(kind, head, bytes, status, parser);
        // What is refused is recorded as far as it could be read.
        if (status == ParseStatus.Invalid && head.Length > 0)
            MaskedTwice.Check(head);
        if (status == ParseStatus.Complete)
        {
            CheckRanges(kind, head, bytes);
            // A target that names no path, and one that names another host than Host does, are refused by who reads them next.
            if (kind == Http1HeadKind.Request && RequestTarget.TryRead(head.Target, out var target) && RequestTarget.AgreesWithHost(head))
            {
                KestrelHead.Check(head, framing, bytes.AsSpan(0, head.Length).ToArray());
                ForwardedAgain.CheckRequest(head, target, null);
                ForwardedAgain.CheckRequest(head, target, "upstream:81"u8.ToArray());
            }
            else if (kind == Http1HeadKind.Response)
            {
                ForwardedAgain.CheckResponse(head, closes: false);
                ForwardedAgain.CheckResponse(head, closes: true);
            }

            MaskedTwice.Check(head);
        }

        foreach (var way in Splits.Ways(bytes))
            CheckSplit(kind, bytes, way, text);
    }

    private static string Framing(Http1HeadKind kind, HttpHead head)
    {
        if (kind == Http1HeadKind.Trailers)
            return "";
        var fault = kind == Http1HeadKind.Request ? Http1Framing.OfRequest(head, out var framing) : Http1Framing.OfResponse(head, false, out framing);
        if (framing.Kind == BodyKind.Length && framing.Length <= 0)
            throw new OracleException("a length is positive", framing.ToString());
        return fault == Http1Fault.None ? framing.Kind.ToString() : fault.ToString();
    }

    private static void CheckRanges(Http1HeadKind kind, HttpHead head, byte[] bytes)
    {
        var line = head.StartLine;
        var at = kind == Http1HeadKind.Trailers ? 0 : line.Length;
        var again = new StringBuilder();
        if (kind == Http1HeadKind.Request)
            again.Append($"{Latin(head.Method)} {Latin(head.Target)} {Latin(head.Version)}\r\n");
        else if (kind == Http1HeadKind.Response)
            again.Append(Latin(bytes.AsSpan(0, line.Length)));
        foreach (var field in head.Fields)
        {
            if (field.At != at || field.ValueAt + field.ValueLength > field.At + field.Length - 2 || head.ValueOf(field).ContainsAny((byte)'\r', (byte)'\n', (byte)0))
                throw new OracleException("fields stand side by side", field.ToString());
            at += field.Length;
            again.Append(Latin(head.LineOf(field)));
            if (!head.NameOf(field).SequenceEqual(head.LineOf(field)[..field.NameLength]) || head.LineOf(field)[field.NameLength] != ':')
                throw new OracleException("a line begins with its name", field.ToString());
        }

        if (at + 2 != head.Length || again.Append("\r\n").ToString() != Latin(bytes.AsSpan(0, head.Length)))
            throw new OracleException("parts make the head again", $"{at} of {head.Length}");
    }

    private static void CheckSplit(Http1HeadKind kind, byte[] bytes, string way, string expected)
    {
        var head = new HttpHead();
        var parser = new Http1HeadParser(kind, head);
        parser.Reset();
        var status = ParseStatus.NeedMore;
        var count = 0;
        Splits.Feed(bytes, way, piece =>
        {
            count += piece.Length;
            if (status == ParseStatus.NeedMore)
                status = parser.Parse(bytes, 0, count);
        });
        if (Shown(kind, head, bytes, status, parser) is var other && other != expected)
            throw new OracleException("any split", $"{way}:\n{other}whole:\n{expected}");
    }

    private static string Shown(Http1HeadKind kind, HttpHead head, byte[] bytes, ParseStatus status, Http1HeadParser parser)
    {
        var text = new StringBuilder().Append($"{status} {parser.Fault}\n");
        if (status == ParseStatus.NeedMore)
            return text.ToString();
        if (status == ParseStatus.Invalid)
            parser.BindSoFar(bytes, 0);
        text.Append($"{head.Length} {Latin(head.Bytes)}\n{head.StartLine} {head.Status} {head.IsHttp10} {kind}\n");
        foreach (var field in head.Fields)
            text.Append($"{field}\n");
        return text.ToString();
    }

    private static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
