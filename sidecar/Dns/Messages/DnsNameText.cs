using System.Buffers;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>Names as text: labels with dots between them, odd bytes as <c>\DDD</c>.</summary>
internal static class DnsNameText
{
    /// <summary>What stands for itself in a name.</summary>
    public static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>Writes a name in lower case, without a last dot; 4 characters a byte are enough.</summary>
    public static int Write(ReadOnlySpan<byte> wire, Span<char> text)
    {
        var length = 0;
        for (var at = 0; at < wire.Length && wire[at] != 0; at += 1 + wire[at])
        {
            if (length > 0)
                text[length++] = '.';
            foreach (var b in wire.Slice(at + 1, wire[at]))
            {
                if (HostCharacters.Contains((char)b))
                    text[length++] = char.ToLowerInvariant((char)b);
                else
                    length += Escape(b, text[length..]);
            }
        }
        return length;
    }

    /// <summary>Writes a name as it came, without a last dot; the root is a dot.</summary>
    public static void Write(ReadOnlySpan<byte> wire, DnsTextWriter text)
    {
        if (wire is [] or [0, ..])
            text.Write("."u8);
        for (var at = 0; at < wire.Length && wire[at] != 0; at += 1 + wire[at])
        {
            if (at > 0)
                text.Write("."u8);
            foreach (var b in wire.Slice(at + 1, wire[at]))
            {
                if (HostCharacters.Contains((char)b) || b is (byte)'*' or (byte)'/' or (byte)'+' or (byte)'=')
                    text.Write(b);
                else
                    text.WriteEscaped(b);
            }
        }
    }

    private static int Escape(byte b, Span<char> text)
    {
        text[0] = '\\';
        text[1] = (char)('0' + (b / 100));
        text[2] = (char)('0' + (b / 10 % 10));
        text[3] = (char)('0' + (b % 10));
        return 4;
    }
}
