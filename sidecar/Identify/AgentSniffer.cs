using System.Buffers.Binary;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Identify;

/// <summary>
/// Says from an agent's first bytes what it speaks, while they come. What was looked at is not looked at again: whoever writes byte by byte costs no
/// more than who does not. For one connection; <see cref="ProtocolSniffer"/> has the bounds.
/// </summary>
internal sealed class AgentSniffer
{
    private const int PostgreSqlSsl = 80877103;
    private const int PostgreSqlGss = 80877104;
    private const int PostgreSqlCancel = 80877102;
    private const int PostgreSql3 = 3;
    private const int MaxStartup = 10_000; // PostgreSQL's own bound (MAX_STARTUP_PACKET_LENGTH)
    private const int MaxMethod = 32;

    private readonly HelloRecords _records = new();
    private int _seenOfTarget;

    /// <summary>What it speaks; null while more bytes may tell. <paramref name="hello"/> is there for TLS.</summary>
    /// <param name="first">All that came, from the first byte on.</param>
    /// <param name="hello">What its handshake says.</param>
    public SpokenProtocol? Look(ReadOnlySpan<byte> first, out ClientHello? hello)
    {
        hello = null;
        if (first.Length == 0)
            return null;
        if (first.Length > ProtocolSniffer.MaxPeek)
            return SpokenProtocol.Opaque;
        var tls = ClientHello.TryRead(_records, first, out hello);
        if (tls != ParseStatus.Invalid)
            return tls == ParseStatus.Complete ? SpokenProtocol.Tls : null;
        if (Http2Preface.Look(first) is var preface and not ParseStatus.Invalid)
            return preface == ParseStatus.Complete ? SpokenProtocol.Http2 : null;
        return ProtocolSniffer.OfStart(first, "SSH-"u8, SpokenProtocol.Ssh, out var ssh) ? ssh
            : OfPostgreSql(first, out var postgres) ? postgres
            : OfRequestLine(first);
    }

    /// <summary>Length, then a code: nothing else begins with so small a number and one of these.</summary>
    private static bool OfPostgreSql(ReadOnlySpan<byte> first, out SpokenProtocol? found)
    {
        found = null;
        if (first[0] != 0)
            return false;
        if (first.Length < 8)
            return true;
        var (length, code) = (BinaryPrimitives.ReadInt32BigEndian(first), BinaryPrimitives.ReadInt32BigEndian(first[4..]));
        if (length is < 8 or > MaxStartup || !(code is PostgreSqlSsl or PostgreSqlGss or PostgreSqlCancel || code >> 16 == PostgreSql3))
            return false;
        found = SpokenProtocol.PostgreSQL;
        return true;
    }

    /// <summary>A method, a space (RFC 9112 3), and what makes it a request; the rest is the HTTP parser's to judge, which answers in HTTP.</summary>
    private SpokenProtocol? OfRequestLine(ReadOnlySpan<byte> first)
    {
        var at = 0;
        // empty lines before a request are allowed (RFC 9112 2.2)
        while (at < first.Length && at < 2 * Http1Limits.EmptyLines && first[at] is (byte)'\r' or (byte)'\n')
            at++;
        for (var i = at; i < first.Length && i - at <= MaxMethod; i++)
        {
            if (first[i] == ' ')
                return i > at ? OfRequestTarget(first[(i + 1)..]) : SpokenProtocol.Opaque;
            if (!IsMethodLetter(first[i]))
                return SpokenProtocol.Opaque;
        }
        return first.Length - at > MaxMethod ? SpokenProtocol.Opaque : null;
    }

    /// <summary>Other protocols have lines of a word and an argument, too (memcached, NATS, IRC): a path, or a line that names HTTP, tells them apart.</summary>
    private SpokenProtocol? OfRequestTarget(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > 0 && rest[0] == '/')
            return SpokenProtocol.Http1;
        var news = rest[_seenOfTarget..];
        var end = news.IndexOf((byte)'\n');
        foreach (var one in end < 0 ? news : news[..end])
        {
            if (one < ' ' && one is not ((byte)'\r' or (byte)'\t'))
                return SpokenProtocol.Opaque;
        }
        var line = end < 0 ? rest : rest[..(_seenOfTarget + end)];
        _seenOfTarget = line.Length;
        if (end < 0)
            return null;
        return line.IndexOf("HTTP/"u8) >= 0 ? SpokenProtocol.Http1 : SpokenProtocol.Opaque;
    }

    // a token may hold more (RFC 9110 5.6.2), but nobody's method does
    private static bool IsMethodLetter(byte letter) => char.IsAsciiLetter((char)letter) || letter is (byte)'-' or (byte)'_';
}
