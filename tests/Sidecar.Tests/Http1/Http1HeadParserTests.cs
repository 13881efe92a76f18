using System.Text;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Tests.Http1;

/// <summary>Heads as they are found in bytes: the same however they arrive, and strict.</summary>
public sealed class Http1HeadParserTests
{
    public static TheoryData<string> Requests =>
    [
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /v1/x?a=%7E&b=\u00fc HTTP/1.0\r\nhost:h\r\nContent-Length:   5  \r\nX-Empty:\r\nx: a\tb  c\r\n\r\nhello",
        "x-Own_method http://u@h:1/?x HTTP/1.1\r\nHOST: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
        "GET / HTTP/1.1\r\nBroken\r\n\r\n",
        "GET / HTTP/1.1\n\n",
        "GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\n",
        "\r\n",
    ];

    public static TheoryData<string> Responses =>
    [
        "HTTP/1.1 200 OK\r\nServer: odd/1\r\n\r\n",
        "HTTP/1.1 204\r\n\r\n",
        "HTTP/1.0 999 \u00fcber all\tof it\r\nDate: x\r\nKeep-Alive: y\r\nProxy-Connection: z\r\nUpgrade: w\r\nConnection: v\r\n\r\nrest",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public void Request_is_the_same_at_every_split(string text) => AssertSameAtEverySplit(Http1HeadKind.Request, text);

    [Theory]
    [MemberData(nameof(Responses))]
    public void Response_is_the_same_at_every_split(string text) => AssertSameAtEverySplit(Http1HeadKind.Response, text);

    [Theory]
    [InlineData("\r\n")]
    [InlineData("X-Sum: 42\r\nx-late: \u00fc\r\n\r\n")]
    public void Trailers_are_the_same_at_every_split(string text) => AssertSameAtEverySplit(Http1HeadKind.Trailers, text);

    [Fact]
    public void Parts_are_where_they_stand()
    {
        var request = ParsedHead.Of(Http1HeadKind.Request, "POST /x?y HTTP/1.1\r\nHost:  h:1 \r\ncontent-LENGTH: 5\r\nX-Empty:\r\n\r\nhello");
        Assert.Equal("POST|/x?y|HTTP/1.1\nHost|h:1|Host\ncontent-LENGTH|5|ContentLength\nX-Empty||Other\n", request.Text);
        Assert.Equal((ParseStatus.Complete, 64), (request.Status, request.Length));
        Assert.Equal("HTTP/1.1|404|Not  Here\n", ParsedHead.Of(Http1HeadKind.Response, "HTTP/1.1 404 Not  Here\r\n\r\n").Text);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: h\r\n\r\n", "LineEnd")]
    [InlineData("GET / HTTP/1.1\r\nHost: h\n\r\n", "LineEnd")]
    [InlineData("GET / HTTP/1.1\r\nHost: h\r\n\n", "LineEnd")]
    [InlineData("GET / HTTP/1.1\r\nHost : h\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\n Host: h\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\n: h\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nA\u00fc: h\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nA(b): h\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nnothing\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nA\0: b\r\n\r\n", "FieldName")]
    [InlineData("GET / HTTP/1.1\r\nA: b\0\r\n\r\n", "FieldValue")]
    [InlineData("GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", "FieldValue")]
    [InlineData("GET / HTTP/1.1\r\nA: \u007f\r\n\r\n", "FieldValue")]
    [InlineData("GET / HTTP/1.1\r\nA: b\r\r\n\r\n", "FieldValue")]
    [InlineData("GET / HTTP/1.1 \r\n\r\n", "StartLine")]
    [InlineData("GET /a b HTTP/1.1\r\n\r\n", "StartLine")]
    [InlineData("GET\t/ HTTP/1.1\r\n\r\n", "StartLine")]
    [InlineData("GET / \r\n\r\n", "StartLine")]
    [InlineData("GET /\r\n\r\n", "StartLine")]
    [InlineData("GET  HTTP/1.1\r\n\r\n", "StartLine")]
    [InlineData(" GET / HTTP/1.1\r\n\r\n", "StartLine")]
    [InlineData("G(T / HTTP/1.1\r\n\r\n", "StartLine")]
    [InlineData("GET /\0 HTTP/1.1\r\n\r\n", "StartLine")]
    [InlineData("GET / HTTP/1.1\rHost: h\r\n\r\n", "StartLine")]
    [InlineData("GET / HTTP/1.2\r\n\r\n", "Version")]
    [InlineData("GET / HTTP/2.0\r\n\r\n", "Version")]
    [InlineData("GET / http/1.1\r\n\r\n", "StartLine")]
    public void Malformed_request_is_refused_for_what_it_is(string text, string fault) =>
        Assert.Equal((ParseStatus.Invalid, fault), Of(ParsedHead.Of(Http1HeadKind.Request, text)));

    [Fact]
    public void Head_beyond_a_limit_is_refused_before_it_is_complete()
    {
        Assert.Equal((ParseStatus.Invalid, "TargetTooLong"), Of(Request("GET /" + new string('x', Http1Limits.RequestLine))));
        Assert.Equal((ParseStatus.Invalid, "HeadTooLarge"), Of(Request("GET / HTTP/1.1\r\nA: " + new string('x', Http1Limits.RequestHead))));
        var fields = string.Concat(Enumerable.Repeat("A: b\r\n", Http1Limits.Fields));
        Assert.Equal(ParseStatus.Complete, Request("GET / HTTP/1.1\r\n" + fields + "\r\n").Status);
        Assert.Equal((ParseStatus.Invalid, "TooManyFields"), Of(Request("GET / HTTP/1.1\r\n" + fields + "A: b\r\n")));
        Assert.Equal((ParseStatus.Invalid, "HeadTooLarge"), Of(ParsedHead.Of(Http1HeadKind.Trailers, "A: " + new string('x', Http1Limits.Trailers))));
    }

    /// <summary>Blanks around a value are in no record: an agent has few of them.</summary>
    [Fact]
    public void Blanks_around_values_are_bounded_in_what_an_agent_sends()
    {
        var most = "GET / HTTP/1.1\r\nA: " + new string(' ', Http1Limits.Blanks - 1) + "b\r\nC:d\t";
        Assert.Equal(ParseStatus.Complete, Request(most + "\r\n\r\n").Status);
        Assert.Equal((ParseStatus.Invalid, "Blanks"), Of(Request(most + " \r\n\r\n")));
        Assert.Equal(ParseStatus.Complete, ParsedHead.Of(Http1HeadKind.Response, "HTTP/1.1 200 OK\r\nA: " + new string('\t', 1000) + "\r\n\r\n").Status);
    }

    [Fact]
    public void Random_bytes_are_the_same_at_random_splits()
    {
        var random = new Random(20261121);
        var pieces = new[] { "GET", " ", "/", "HTTP/1.1", "\r\n", "\r", "\n", "A", ":", "b", "\t", "\0", "Host: h\r\n", "Content-Length: 5\r\n", "HTTP/1.1 200 OK\r\n" };
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            var ends = Enumerable.Range(0, 4).Select(_ => random.Next(text.Length + 1)).Order().ToArray();
            foreach (var kind in Enum.GetValues<Http1HeadKind>())
                Assert.Equal(ParsedHead.Of(kind, text), ParsedHead.Of(kind, text, ends));
        }
    }

    private static ParsedHead Request(string text) => ParsedHead.Of(Http1HeadKind.Request, text);

    private static (ParseStatus Status, string Fault) Of(ParsedHead parsed) => (parsed.Status, parsed.Fault.ToString());

    private static void AssertSameAtEverySplit(Http1HeadKind kind, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var whole = ParsedHead.Of(kind, bytes);
        for (var split = 0; split <= bytes.Length; split++)
            Assert.Equal(whole, ParsedHead.Of(kind, bytes, split));
        Assert.Equal(whole, ParsedHead.Of(kind, bytes, [.. Enumerable.Range(0, bytes.Length)]));
    }
}
