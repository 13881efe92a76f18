using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace K8sRecorder.Plugin.Output;

/// <summary>
/// Writes JSON documents, one a line, for jq. Exact and still harmless on a terminal: what <see cref="VisibleText"/> would show
/// as a code point is written as a JSON escape.
/// </summary>
internal sealed class JsonPrinter(Stream output)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ArrayBufferWriter<byte> _document = new();

    public void Print(Action<Utf8JsonWriter> write)
    {
        _document.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_document, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        output.Write(Encoding.UTF8.GetBytes(Escape(Encoding.UTF8.GetString(_document.WrittenSpan))));
        output.Write("\n"u8);
        output.Flush();
    }

    /// <summary>Outside strings JSON is ASCII, so every character found here stands in a string.</summary>
    private static string Escape(string json)
    {
        if (!json.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return json;
        var escaped = new StringBuilder(json.Length + 64);
        Span<char> units = stackalloc char[2];
        foreach (var rune in json.EnumerateRunes())
        {
            var length = rune.EncodeToUtf16(units);
            if (VisibleText.IsHarmless(rune))
            {
                escaped.Append(units[..length]);
                continue;
            }
            foreach (var unit in units[..length])
                escaped.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
        }
        return escaped.ToString();
    }
}
