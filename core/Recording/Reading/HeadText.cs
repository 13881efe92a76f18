using System.Globalization;
using System.Text;

namespace K8sRecorder.Recording.Reading;

/// <summary>Reads the text of a <c>head</c>: puts <c>content-length</c> and <c>date</c> back where a line without colon stands for them.</summary>
internal static class HeadText
{
    public static MessageHead Read(Content content, bool hasStartLine, long? length, DateTimeOffset? date)
    {
        var bytes = content.ToArray();
        var text = new List<byte>(bytes.Length + 64);
        var fields = new List<HeaderField>();
        var shifts = new List<(int From, int By)>();
        var startLine = "";
        var at = 0;
        for (var line = 0; at < bytes.Length; line++)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', at);
            var next = end < 0 ? bytes.Length : end + 1;
            var raw = bytes.AsSpan(at, (end < 0 ? bytes.Length : end) - at);
            text.AddRange(raw);
            if (line == 0 && hasStartLine)
            {
                startLine = Encoding.UTF8.GetString(raw);
            }
            else if (raw.IndexOf((byte)':') is >= 0 and var colon)
            {
                fields.Add(new HeaderField(Encoding.UTF8.GetString(raw[..colon]), Encoding.UTF8.GetString(raw[(colon + 1)..]).TrimStart(' ')));
            }
            else if (ValueOf(raw, length, date) is { } value)
            {
                fields.Add(new HeaderField(Encoding.UTF8.GetString(raw), value));
                text.AddRange(Encoding.ASCII.GetBytes(": " + value));
                shifts.Add((next, value.Length + 2));
            }

            if (end >= 0)
                text.Add((byte)'\n');
            at = next;
        }

        return new MessageHead(startLine, fields, text.ToArray(), [.. content.Masked.Select(m => Shifted(m, shifts))], content.IsComplete);
    }

    private static string? ValueOf(ReadOnlySpan<byte> name, long? length, DateTimeOffset? date) =>
        Ascii.EqualsIgnoreCase(name, "content-length"u8) ? length?.ToString(CultureInfo.InvariantCulture)
        : Ascii.EqualsIgnoreCase(name, "date"u8) ? date?.ToString("r", CultureInfo.InvariantCulture)
        : null;

    private static MaskedText Shifted(MaskedText span, List<(int From, int By)> shifts)
    {
        var by = 0;
        foreach (var shift in shifts)
            if (span.At >= shift.From)
                by += shift.By;
        return span with { At = span.At + by };
    }
}
