using System.Buffers.Binary;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Identify;

/// <summary>Says from the first bytes of a side what it speaks. Total: any bytes get an answer, after at most <see cref="MaxPeek"/> of them.</summary>
internal static class ProtocolSniffer
{
    /// <summary>More is never looked at.</summary>
    public const int MaxPeek = ClientHello.MaxBytes;

    private const int PostgreSqlSsl = 80877103;
    private const int PostgreSqlGss = 80877104;
    private const int PostgreSqlCancel = 80877102;
    private const int PostgreSql3 = 3;
    private const int MaxStartup = 10_000; // PostgreSQL's own bound (MAX_STARTUP_PACKET_LENGTH)
    private const int MaxMethod = 32;

    /// <summary>What the agent speaks; null while more bytes may tell. <paramref name="hello"/> is there for TLS.</summary>
    public static SpokenProtocol? OfAgent(ReadOnlySpan<byte> first, out ClientHello? hello)
    {
        hello = null;
        if (first.Length == 0)
            return null;
        if (first.Length > MaxPeek)
            return SpokenProtocol.Opaque;
        var tls = ClientHello.TryRead(first, out hello);
        if (tls != ParseStatus.Invalid)
            return tls == ParseStatus.Complete ? SpokenProtocol.Tls : null;
        if (Http2Preface.Look(first) is var preface and not ParseStatus.Invalid)
            return preface == ParseStatus.Complete ? SpokenProtocol.Http2 : null;
        return OfStart(first, "SSH-"u8, SpokenProtocol.Ssh, out var ssh) ? ssh
            : OfPostgreSql(first, out var postgres) ? postgres
            : OfRequestLine(first);
    }

    /// <summary>Whether more bytes may make it a handshake: of TLS, or PostgreSQL's question for one.</summary>
    public static bool MayEncrypt(ReadOnlySpan<byte> first) => first.Length == 0 || first[0] is 0 or 22;

    /// <summary>
    /// What it is taken for where the rest of its first bytes does not come in time. What may still become HTTP is given to its parser, which
    /// waits longer and answers in words: else slowness would be a way round it.
    /// </summary>
    public static SpokenProtocol OfSlowAgent(ReadOnlySpan<byte> first) =>
        first.Length > 0 && first[0] is not (0 or 22) && !first.StartsWith("SSH"u8) && OfAgent(first, out _) is null ? SpokenProtocol.Http1 : SpokenProtocol.Opaque;

    /// <summary>What the target speaks, which spoke first; null while more bytes may tell.</summary>
    public static SpokenProtocol? OfTarget(ReadOnlySpan<byte> first)
    {
        if (first.Length == 0)
            return null;
        if (OfStart(first, "SSH-"u8, SpokenProtocol.Ssh, out var ssh))
            return ssh;
        // a packet's length and sequence number 0, then protocol version 10 (or an error, 255)
        if (first.Length < 5)
            return first.Length == 4 && first[3] != 0 ? SpokenProtocol.Opaque : null;
        var length = first[0] | (first[1] << 8) | (first[2] << 16);
        return length is > 8 and < 1024 && first[3] == 0 && first[4] is 10 or 255 ? SpokenProtocol.MySql : SpokenProtocol.Opaque;
    }

    private static bool OfStart(ReadOnlySpan<byte> first, ReadOnlySpan<byte> start, SpokenProtocol protocol, out SpokenProtocol? found)
    {
        var seen = Math.Min(first.Length, start.Length);
        found = seen == start.Length ? protocol : null;
        return first[..seen].SequenceEqual(start[..seen]);
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
    private static SpokenProtocol? OfRequestLine(ReadOnlySpan<byte> first)
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
    private static SpokenProtocol? OfRequestTarget(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > 0 && rest[0] == '/')
            return SpokenProtocol.Http1;
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        foreach (var one in line)
        {
            if (one < ' ' && one is not ((byte)'\r' or (byte)'\t'))
                return SpokenProtocol.Opaque;
        }
        if (end < 0)
            return null;
        return line.IndexOf("HTTP/"u8) >= 0 ? SpokenProtocol.Http1 : SpokenProtocol.Opaque;
    }

    // a token may hold more (RFC 9110 5.6.2), but nobody's method does
    private static bool IsMethodLetter(byte letter) => char.IsAsciiLetter((char)letter) || letter is (byte)'-' or (byte)'_';
}
