namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>
/// Reads names on the wire (RFC 1035 3.1, 4.1.4). Total: every pointer leads before the run of labels that it ends, so none can loop, and a
/// name has at most 255 bytes.
/// </summary>
internal static class NameReader
{
    private const int PointerBits = 0xc0;

    /// <summary>Steps over a name, whatever it points at.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> message, int at, out int next)
    {
        Span<byte> wire = stackalloc byte[DnsLimits.Name];
        return TryRead(message, at, wire, out _, out next);
    }

    /// <summary>Reads a name.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="at">Where the name begins.</param>
    /// <param name="wire">Takes the name uncompressed; <see cref="DnsLimits.Name"/> bytes.</param>
    /// <param name="length">Its length there, with the root label.</param>
    /// <param name="next">What follows the name in the message.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, int at, Span<byte> wire, out int length, out int next)
    {
        (length, next) = (0, -1);
        var run = at;
        while (at < message.Length)
        {
            int size = message[at];
            if ((size & PointerBits) == PointerBits)
            {
                if (at + 1 >= message.Length)
                    return false;
                var target = ((size & ~PointerBits) << 8) | message[at + 1];
                if (target >= run || target < DnsLimits.Header)
                    return false;
                if (next < 0)
                    next = at + 2;
                run = at = target;
                continue;
            }
            if (size > DnsLimits.Label || at + 1 + size > message.Length || length + 1 + size > DnsLimits.Name)
                return false;
            message.Slice(at, 1 + size).CopyTo(wire[length..]);
            length += 1 + size;
            at += 1 + size;
            if (size != 0)
                continue;
            if (next < 0)
                next = at;
            return true;
        }
        return false;
    }

    /// <summary>Whether two uncompressed names are the same but for case (RFC 4343). No length byte is a letter.</summary>
    public static bool AreSame(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.Length != other.Length)
            return false;
        for (var i = 0; i < one.Length; i++)
        {
            if (one[i] != other[i] && (!char.IsAsciiLetter((char)one[i]) || (one[i] ^ other[i]) != 0x20))
                return false;
        }
        return true;
    }
}
