using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>Turns bytes into JSON documents without ever throwing; JSON that was cut is read as far as it goes.</summary>
internal static class JsonBody
{
    /// <summary>Larger bodies are not read.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private const int MaxDepth = 128;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Parses one value; null where the bytes are none.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length > MaxBytes)
            return null;
        try
        {
            return JsonDocument.Parse(ValidUtf8(bytes), Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Parses one value; if the bytes stop in the middle of it, what is there of it.</summary>
    public static JsonDocument? ParseCut(ReadOnlyMemory<byte> bytes, out bool wasCut)
    {
        wasCut = false;
        var whole = Parse(bytes);
        if (whole is not null || bytes.Length > MaxBytes)
            return whole;
        var closed = Close(bytes.Span);
        wasCut = closed is not null;
        return closed is null ? null : Parse(closed);
    }

    /// <summary>
    /// Cuts JSON behind the last value that is there in full, and closes what is open. Null where that leaves nothing. An object in a
    /// list that is not there in full is left out: its missing members might change what it is (a thought, not text).
    /// </summary>
    private static byte[]? Close(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
        Span<byte> open = stackalloc byte[MaxDepth];
        var depth = 0;
        var safe = 0;
        var safeDepth = 0;
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        open[depth++] = (byte)'}';
                        break;
                    case JsonTokenType.StartArray:
                        open[depth++] = (byte)']';
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        depth--;
                        break;
                    case JsonTokenType.PropertyName:
                        continue;
                }

                if (depth > 1 && open[depth - 1] == '}')
                    continue;
                safe = (int)reader.BytesConsumed;
                safeDepth = depth;
                if (depth == 0)
                    break;
            }
        }
        catch (JsonException)
        {
            // What was read before the fault stands.
        }

        if (safe == 0)
            return null;
        var closed = new ArrayBufferWriter<byte>(safe + safeDepth);
        closed.Write(bytes[..safe]);
        while (safeDepth > 0)
            closed.Write(open.Slice(--safeDepth, 1));
        return closed.WrittenSpan.ToArray();
    }

    private static ReadOnlyMemory<byte> ValidUtf8(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        return Utf8.IsValid(bytes.Span) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span));
    }
}
