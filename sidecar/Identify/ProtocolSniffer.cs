namespace K8sRecorder.Sidecar.Identify;

/// <summary>Says from the first bytes of a side what it speaks. Total: any bytes get an answer, after at most <see cref="MaxPeek"/> of them.</summary>
internal static class ProtocolSniffer
{
    /// <summary>More is never looked at.</summary>
    public const int MaxPeek = ClientHello.MaxBytes;

    /// <summary>What the agent speaks; null while more bytes may tell. <paramref name="hello"/> is there for TLS.</summary>
    public static SpokenProtocol? OfAgent(ReadOnlySpan<byte> first, out ClientHello? hello) => new AgentSniffer().Look(first, out hello);

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

    /// <summary>Whether it may begin so, and if it does what it is.</summary>
    internal static bool OfStart(ReadOnlySpan<byte> first, ReadOnlySpan<byte> start, SpokenProtocol protocol, out SpokenProtocol? found)
    {
        var seen = Math.Min(first.Length, start.Length);
        found = seen == start.Length ? protocol : null;
        return first[..seen].SequenceEqual(start[..seen]);
    }
}
