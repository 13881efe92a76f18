using System.Text;
using K8sRecorder.Sidecar.Identify;

namespace K8sRecorder.Sidecar.Tests.Identify;

public sealed class ProtocolSnifferTests
{
    public static TheoryData<string, string> Agents() => new()
    {
        { "GET / HTTP/1.1\r\n", nameof(SpokenProtocol.Http1) },
        { "\r\nPOST /v1 HTTP/1.1\r\n", nameof(SpokenProtocol.Http1) },
        { "CONNECT a.test:443 HTTP/1.1\r\n", nameof(SpokenProtocol.Http1) },
        { "OPTIONS * HTTP/1.1\r\n", nameof(SpokenProtocol.Http1) },
        { "GET http://a.test/ HTTP/1.1\r\n", nameof(SpokenProtocol.Http1) },
        { "GET here HTTP/1.1\r\n", nameof(SpokenProtocol.Http1) },
        { "get the-key\r\n", nameof(SpokenProtocol.Opaque) },
        { "CONNECT {\"verbose\":false}\r\n", nameof(SpokenProtocol.Opaque) },
        { "NICK someone\n", nameof(SpokenProtocol.Opaque) },
        { "AUTH \u0000x", nameof(SpokenProtocol.Opaque) },
        { "SEARCH /x HTTP/1.1\r\n", nameof(SpokenProtocol.Http1) },
        { "M-SEARCH * HTTP/1.1\r\n", nameof(SpokenProtocol.Http1) },
        { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", nameof(SpokenProtocol.Http2) },
        { "PRI * HTTP/1.1\r\n\r\n", nameof(SpokenProtocol.Http1) },
        { "SSH-2.0-OpenSSH_9.2\r\n", nameof(SpokenProtocol.Ssh) },
        { "\0\0\0\x8\x4\xd2\x16\x2f", nameof(SpokenProtocol.PostgreSQL) },
        { "\0\0\0\x8\x4\xd2\x16\x30", nameof(SpokenProtocol.PostgreSQL) },
        { "\0\0\0\x29\0\x3\0\0user", nameof(SpokenProtocol.PostgreSQL) },
        { "\0\0\0\x29\0\x3\0\x2user", nameof(SpokenProtocol.PostgreSQL) },
        { "\0\0\0\x29\0\x2\0\0user", nameof(SpokenProtocol.Opaque) },
        { "*1\r\n$4\r\nPING\r\n", nameof(SpokenProtocol.Opaque) },
        { "\x16\x3\x1\0\x1\x2", nameof(SpokenProtocol.Opaque) },
        { " GET / HTTP/1.1", nameof(SpokenProtocol.Opaque) },
        { "ANEXTRAORDINARILYLONGMETHODTHATNOBODYHAS /", nameof(SpokenProtocol.Opaque) },
    };

    [Theory]
    [MemberData(nameof(Agents))]
    public void First_bytes_say_what_is_spoken_whatever_the_reads(string first, string expected)
    {
        var bytes = Encoding.Latin1.GetBytes(first);
        var (found, coming, sniffer) = ((SpokenProtocol?)null, (SpokenProtocol?)null, new AgentSniffer());
        for (var length = 0; found is null && length <= bytes.Length; length++)
            (found, coming) = (ProtocolSniffer.OfAgent(bytes.AsSpan(0, length), out _), sniffer.Look(bytes.AsSpan(0, length), out _));

        Assert.Equal(expected, found.ToString());
        Assert.Equal(found, coming);
        Assert.Equal(found, ProtocolSniffer.OfAgent(bytes, out _));
    }

    /// <summary>A handshake in records of one byte each, and each byte by itself: it is put together once, and not once a byte.</summary>
    [Fact]
    public void What_came_is_not_looked_at_again()
    {
        const int handshake = 10_000;
        byte[] message = [1, 0, (handshake - 4) >> 8, (handshake - 4) & 0xff, .. new byte[handshake - 4]];
        byte[] records = [.. message.SelectMany(one => (byte[])[22, 3, 1, 0, 1, one])];
        var sniffer = new AgentSniffer();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var length = 1; length < records.Length; length++)
            Assert.Null(sniffer.Look(records.AsSpan(0, length), out _));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);

        Assert.Equal(SpokenProtocol.Opaque, sniffer.Look(records, out _)); // whole, and nothing that a server would take
    }

    [Theory]
    [InlineData("GE", nameof(SpokenProtocol.Http1))]
    [InlineData("\r\n", nameof(SpokenProtocol.Http1))]
    [InlineData("PRI * HT", nameof(SpokenProtocol.Http1))]
    [InlineData("S", nameof(SpokenProtocol.Http1))]
    [InlineData("SSH", nameof(SpokenProtocol.Opaque))]
    [InlineData("\x16\x3", nameof(SpokenProtocol.Opaque))]
    [InlineData("\0\0", nameof(SpokenProtocol.Opaque))]
    [InlineData("", nameof(SpokenProtocol.Opaque))]
    public void What_may_still_become_http_is_not_let_go_for_being_slow(string first, string expected) =>
        Assert.Equal(expected, ProtocolSniffer.OfSlowAgent(Encoding.Latin1.GetBytes(first)).ToString());

    [Theory]
    [InlineData("SSH-2.0-x\r\n", nameof(SpokenProtocol.Ssh))]
    [InlineData("\x4a\0\0\0\xa" + "8.0.33", nameof(SpokenProtocol.MySql))]
    [InlineData("220 smtp\r\n", nameof(SpokenProtocol.Opaque))]
    [InlineData("SMTP", nameof(SpokenProtocol.Opaque))]
    public void Targets_that_speak_first_are_known(string first, string expected)
    {
        var bytes = Encoding.Latin1.GetBytes(first);

        Assert.Equal(expected, ProtocolSniffer.OfTarget(bytes).ToString());
        Assert.Null(ProtocolSniffer.OfTarget([]));
        Assert.Null(ProtocolSniffer.OfTarget(bytes.AsSpan(0, 1)));
    }
}
