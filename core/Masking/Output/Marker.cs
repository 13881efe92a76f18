using System.Text;

namespace K8sRecorder.Masking.Output;

/// <summary>What stands in masked text for a secret: <c>[MASKED:name]</c>. Needs no escaping in JSON, forms keep it readable.</summary>
internal static class Marker
{
    public const int MaxName = 64;

    public const int MaxLength = MaxName + 9;

    private static ReadOnlySpan<byte> Start => "[MASKED:"u8;

    public static int Write(string detector, Span<byte> room)
    {
        Start.CopyTo(room);
        var length = Start.Length + Encoding.ASCII.GetBytes(detector, room[Start.Length..]);
        room[length++] = (byte)']';
        return length;
    }

    /// <summary>Length of the marker a text starts with; 0 if it starts with none.</summary>
    public static int LengthAt(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith(Start))
            return 0;
        for (var i = Start.Length; i < text.Length && i <= Start.Length + MaxName; i++)
        {
            var b = text[i];
            if (b == ']')
                return i > Start.Length ? i + 1 : 0;
            if (!char.IsAsciiLetterLower((char)b) && !char.IsAsciiDigit((char)b) && b is not ((byte)'-' or (byte)'/'))
                return 0;
        }

        return 0;
    }

    /// <summary>Whether a text is markers and nothing else: masked already.</summary>
    public static bool IsAll(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return false;
        while (!text.IsEmpty)
        {
            var length = LengthAt(text);
            if (length == 0)
                return false;
            text = text[length..];
        }

        return true;
    }
}
