using System.Text;

namespace K8sRecorder.Fuzz.Oracles;

/// <summary>WHATWG HTML 9.2.6, sentence by sentence, on the whole stream: the events as text.</summary>
internal static class SlowEventStream
{
    // Our parser keeps so many bytes of a type or an id; the standard knows no bound.
    private const int MostOfAName = 1024;

    public static string Read(byte[] stream)
    {
        var shown = new StringBuilder();
        ReadOnlySpan<byte> rest = stream;
        if (rest.StartsWith("\uFEFF"u8))
            rest = rest[3..];
        var data = new List<byte>();
        byte[] type = [], id = [];
        while (NextLine(ref rest, out var line))
        {
            if (line.IsEmpty)
            {
                // "If the data buffer is an empty string, set … and return": only a line of data, even an empty one, makes it not empty.
                if (data.Count > 0)
                    shown.Append(Line(Text(type), Text(id), data.ToArray().AsSpan(0, data.Count - 1)));
                data.Clear();
                type = [];
                continue;
            }

            var colon = line.IndexOf((byte)':');
            var field = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? default : line[(colon + 1)..];
            value = value.StartsWith(" "u8) ? value[1..] : value;
            if (field.SequenceEqual("event"u8))
                type = value.ToArray();
            else if (field.SequenceEqual("data"u8))
                data.AddRange([.. value, (byte)'\n']);
            else if (field.SequenceEqual("id"u8) && !value.Contains((byte)0))
                id = value.ToArray();
        }

        return shown.ToString();
    }

    public static string Line(string type, string id, ReadOnlySpan<byte> data) => $"type={type} id={id} data={Convert.ToHexString(data)}\n";

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, MostOfAName)));

    /// <summary>A line that is ended; what follows the last end is not interpreted, for no empty line comes.</summary>
    private static bool NextLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOfAny("\r\n"u8);
        line = end < 0 ? default : rest[..end];
        if (end < 0)
            return false;
        rest = rest[(rest[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1)..];
        return true;
    }
}
