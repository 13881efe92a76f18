using System.Buffers.Binary;
using System.Net;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>
/// The data of a record as text, as in a zone file. Types without a form here, and data that is not in the form of its type, are shown by
/// their bytes: as text in quotes where some of it can be read (so that the masker sees it), else in hexadecimal (RFC 3597 5).
/// </summary>
internal static class RecordDataText
{
    private const int ReadableRun = 8;

    public static void Write(ReadOnlySpan<byte> message, in DnsRecordPlace record, DnsTextWriter text)
    {
        var data = record.DataOf(message);
        var layout = NameLayout.Of(record.Type);
        if (layout.Names > 0 && layout.Fits(message, record))
        {
            WriteNames(message, record, layout, text);
            return;
        }
        switch (record.Type)
        {
            case DnsType.A when data.Length == 4:
            case DnsType.AAAA when data.Length == 16:
                WriteAddress(data, text);
                return;
            case DnsType.TXT or DnsType.SPF when IsStrings(data):
                WriteStrings(data, text);
                return;
            case DnsType.SVCB or DnsType.HTTPS when SvcbData.TryRead(data, out var service):
                service.Write(text);
                return;
            default:
                text.Write("\\# "u8);
                text.Write((uint)data.Length);
                if (data.Length > 0)
                {
                    text.Write(" "u8);
                    WriteAny(data, text);
                }
                return;
        }
    }

    /// <summary>Bytes of no known form.</summary>
    public static void WriteAny(ReadOnlySpan<byte> data, DnsTextWriter text)
    {
        if (HasReadableRun(data))
            text.WriteQuoted(data);
        else
            text.WriteHex(data);
    }

    public static void WriteAddress(ReadOnlySpan<byte> address, DnsTextWriter text)
    {
        Span<byte> shown = stackalloc byte[65];
        new IPAddress(address).TryFormat(shown, out var length);
        text.Write(shown[..length]);
    }

    private static bool HasReadableRun(ReadOnlySpan<byte> data)
    {
        var run = 0;
        foreach (var b in data)
        {
            run = b is >= 0x20 and < 0x7f ? run + 1 : 0;
            if (run == ReadableRun)
                return true;
        }
        return false;
    }

    private static void WriteNames(ReadOnlySpan<byte> message, in DnsRecordPlace record, NameLayout layout, DnsTextWriter text)
    {
        Span<byte> name = stackalloc byte[DnsLimits.Name];
        var at = record.Data;
        for (; at < record.Data + layout.Before; at += 2)
        {
            text.Write(BinaryPrimitives.ReadUInt16BigEndian(message[at..]));
            text.Write(" "u8);
        }
        for (var i = 0; i < layout.Names && NameReader.TryRead(message, at, name, out var length, out at); i++)
        {
            if (i > 0)
                text.Write(" "u8);
            DnsNameText.Write(name[..length], text);
        }
        for (; at < record.End; at += 4)
        {
            text.Write(" "u8);
            text.Write(BinaryPrimitives.ReadUInt32BigEndian(message[at..]));
        }
    }

    /// <summary>Whether the data is character-strings (RFC 1035 3.3) to its end.</summary>
    private static bool IsStrings(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0 && data[0] < data.Length)
            data = data[(1 + data[0])..];
        return data.Length == 0;
    }

    /// <summary>The strings put together, as those read them who use them: a secret may lie across two.</summary>
    private static void WriteStrings(ReadOnlySpan<byte> data, DnsTextWriter text)
    {
        text.Write("\""u8);
        for (; data.Length > 0; data = data[(1 + data[0])..])
            text.WriteInQuotes(data.Slice(1, data[0]));
        text.Write("\""u8);
    }
}
