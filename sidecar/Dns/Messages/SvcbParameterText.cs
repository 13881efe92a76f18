using System.Buffers.Binary;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>A service parameter as text (RFC 9460 2.1).</summary>
internal static class SvcbParameterText
{
    public static void Write(ushort key, ReadOnlySpan<byte> value, DnsTextWriter text)
    {
        switch (key)
        {
            case SvcbKey.Mandatory:
                text.Write("mandatory="u8);
                for (var rest = value; rest.Length >= 2; rest = rest[2..])
                {
                    Comma(rest.Length < value.Length, text);
                    WriteKey(BinaryPrimitives.ReadUInt16BigEndian(rest), text);
                }
                break;
            case SvcbKey.Alpn:
                text.Write("alpn=\""u8);
                for (var rest = value; rest.Length > 0; rest = rest[(1 + rest[0])..])
                {
                    Comma(rest.Length < value.Length, text);
                    text.WriteInQuotes(rest.Slice(1, rest[0]));
                }
                text.Write("\""u8);
                break;
            case SvcbKey.Port when value.Length == 2:
                text.Write("port="u8);
                text.Write(BinaryPrimitives.ReadUInt16BigEndian(value));
                break;
            case SvcbKey.Ipv4Hint when value.Length % 4 == 0:
                text.Write("ipv4hint="u8);
                WriteAddresses(value, 4, text);
                break;
            case SvcbKey.Ipv6Hint when value.Length % 16 == 0:
                text.Write("ipv6hint="u8);
                WriteAddresses(value, 16, text);
                break;
            default:
                WriteKey(key, text);
                if (value.Length > 0)
                {
                    text.Write("="u8);
                    RecordDataText.WriteAny(value, text);
                }
                break;
        }
    }

    private static void WriteKey(ushort key, DnsTextWriter text)
    {
        switch (key)
        {
            case SvcbKey.Mandatory:
                text.Write("mandatory"u8);
                break;
            case SvcbKey.Alpn:
                text.Write("alpn"u8);
                break;
            case SvcbKey.NoDefaultAlpn:
                text.Write("no-default-alpn"u8);
                break;
            case SvcbKey.Port:
                text.Write("port"u8);
                break;
            case SvcbKey.Ipv4Hint:
                text.Write("ipv4hint"u8);
                break;
            case SvcbKey.Ech:
                text.Write("ech"u8);
                break;
            case SvcbKey.Ipv6Hint:
                text.Write("ipv6hint"u8);
                break;
            default:
                text.Write("key"u8);
                text.Write(key);
                break;
        }
    }

    private static void WriteAddresses(ReadOnlySpan<byte> value, int size, DnsTextWriter text)
    {
        for (var at = 0; at < value.Length; at += size)
        {
            Comma(at > 0, text);
            RecordDataText.WriteAddress(value.Slice(at, size), text);
        }
    }

    private static void Comma(bool isNeeded, DnsTextWriter text)
    {
        if (isNeeded)
            text.Write(","u8);
    }
}
