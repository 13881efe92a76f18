using System.Buffers.Binary;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>EDNS options as text (RFC 6891 6.1.2): <c>;; option 10 data</c>, one a line. They are a way out as any other.</summary>
internal static class OptionsText
{
    public static void Write(ReadOnlySpan<byte> options, DnsTextWriter text)
    {
        while (options.Length >= 4)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(options[2..]), options.Length - 4);
            text.Write(";; option "u8);
            text.Write(BinaryPrimitives.ReadUInt16BigEndian(options));
            text.Write(" "u8);
            RecordDataText.WriteAny(options.Slice(4, length), text);
            text.Write("\n"u8);
            options = options[(4 + length)..];
        }
        if (options.Length == 0)
            return;
        text.Write(";; option "u8);
        RecordDataText.WriteAny(options, text);
        text.Write("\n"u8);
    }
}
