using System.Text;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Tests.Http1;

/// <summary>Where a message ends: one answer, or a refusal.</summary>
public sealed class Http1FramingTests
{
    [Theory]
    [InlineData("", "None 0")]
    [InlineData("Content-Length: 0\r\n", "None 0")]
    [InlineData("Content-Length: 007\r\n", "Length 7")]
    [InlineData("content-length: 9223372036854775807\r\n", "Length 9223372036854775807")]
    [InlineData("Transfer-Encoding: chunked\r\n", "Chunked -1")]
    [InlineData("transfer-encoding: CHUNKED\r\n", "Chunked -1")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "TwoFramings")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "TwoFramings")]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n", "ContentLength")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n", "ContentLength")]
    [InlineData("Content-Length: 5, 5\r\n", "ContentLength")]
    [InlineData("Content-Length: +5\r\n", "ContentLength")]
    [InlineData("Content-Length: -5\r\n", "ContentLength")]
    [InlineData("Content-Length: 0x5\r\n", "ContentLength")]
    [InlineData("Content-Length: 5 5\r\n", "ContentLength")]
    [InlineData("Content-Length:\r\n", "ContentLength")]
    [InlineData("Content-Length: 5.0\r\n", "ContentLength")]
    [InlineData("Content-Length: 1e1\r\n", "ContentLength")]
    [InlineData("Content-Length: \u00b2\r\n", "ContentLength")]
    [InlineData("Content-Length: 9223372036854775808\r\n", "ContentLength")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n", "TransferEncoding")]
    [InlineData("Transfer-Encoding: chunked, chunked\r\n", "TransferEncoding")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n", "TransferEncoding")]
    [InlineData("Transfer-Encoding: identity\r\n", "TransferEncoding")]
    [InlineData("Transfer-Encoding: xchunked\r\n", "TransferEncoding")]
    [InlineData("Transfer-Encoding: chunked;q=1\r\n", "TransferEncoding")]
    [InlineData("Transfer-Encoding: \"chunked\"\r\n", "TransferEncoding")]
    [InlineData("Transfer-Encoding:\r\n", "TransferEncoding")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "TransferEncoding")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "TransferEncoding")]
    public void Request_has_one_framing_or_none(string fields, string expected) =>
        Assert.Equal(expected, Request($"POST / HTTP/1.1\r\nHost: h\r\n{fields}\r\n"));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "Host")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", "Host")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "None 0")]
    [InlineData("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "TransferEncoding")]
    public void Request_names_one_host(string request, string expected) => Assert.Equal(expected, Request(request));

    [Theory]
    [InlineData("200", "Content-Length: 5\r\n", false, "Length 5")]
    [InlineData("200", "Content-Length: 0\r\n", false, "None 0")]
    [InlineData("200", "Transfer-Encoding: chunked\r\n", false, "Chunked -1")]
    [InlineData("200", "", false, "UntilClose -1")]
    [InlineData("200", "Content-Length: 5\r\n", true, "None 0")]
    [InlineData("200", "", true, "None 0")]
    [InlineData("204", "", false, "None 0")]
    [InlineData("304", "Content-Length: 5\r\n", false, "None 0")]
    [InlineData("103", "", false, "None 0")]
    [InlineData("200", "Content-Length: 5\r\nContent-Length: 5\r\n", false, "ContentLength")]
    [InlineData("200", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", false, "TwoFramings")]
    [InlineData("200", "Transfer-Encoding: gzip\r\n", false, "TransferEncoding")]
    public void Response_has_one_framing(string status, string fields, bool toHead, string expected)
    {
        var head = Parse(Http1HeadKind.Response, $"HTTP/1.1 {status} X\r\n{fields}\r\n");
        var fault = Http1Framing.OfResponse(head, toHead, out var framing);

        Assert.Equal(expected, Text(fault, framing));
    }

    private static string Request(string text)
    {
        var fault = Http1Framing.OfRequest(Parse(Http1HeadKind.Request, text), out var framing);
        return Text(fault, framing);
    }

    private static HttpHead Parse(Http1HeadKind kind, string text)
    {
        var head = new HttpHead();
        var bytes = Encoding.Latin1.GetBytes(text);
        Assert.Equal(ParseStatus.Complete, new Http1HeadParser(kind, head).Parse(bytes, 0, bytes.Length));
        return head;
    }

    private static string Text(Http1Fault fault, Http1Framing framing) =>
        fault != Http1Fault.None ? fault.ToString() : $"{framing.Kind} {framing.Length}";
}
