using System.Text.Json;

namespace K8sRecorder.Dialects.Exchanges;

/// <summary>
/// Reads a JSON document that was masked in base64: whole groups of four went, and so up to two bytes on either side that were no secret.
/// A marker stands there or, where it stands in a document before, nothing. What went of the JSON is a string's quote and what is beside
/// that; so it is put back where the document can be read then. Best effort, bounded, and never evidence.
/// </summary>
internal sealed class MaskedDocument
{
    // What a stream spells comes in small pieces; larger ones are masked alone, and are seldom.
    private const int MostBytes = 64 << 10;
    private const int MostDocuments = 1000; // each may take dozens of attempts, which cost a second in all

    private static readonly byte[][] Before = [[], [.. "\""u8], [.. ":\""u8], [.. "\\"u8]];
    private static readonly byte[][] Behind = [[], [.. "\""u8], [.. "\"}"u8], [.. "\","u8]];

    private int _documents;

    /// <summary>The document of bytes that are none; null where they cannot be made one.</summary>
    public JsonDocument? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes || _documents++ == MostDocuments)
            return null;
        var document = bytes.ToArray();
        var first = bytes.IndexOf("[MASKED:"u8);
        if (first >= 0)
        {
            var last = bytes.LastIndexOf("[MASKED:"u8);
            var end = bytes[last..].IndexOf((byte)']');
            return end < 0 ? null : Mended(document, first, last + end + 1);
        }

        // nothing stands where it was: there the document breaks, or the string began that runs on too far
        var (fault, start) = FaultIn(document);
        return Mended(document, fault, fault) ?? Mended(document, start, start);
    }

    /// <summary>The document with what a string needs put before one place and behind another.</summary>
    private static JsonDocument? Mended(byte[] document, int first, int last)
    {
        if (first < 0)
            return null;
        foreach (var before in Before)
        {
            foreach (var behind in Behind)
            {
                byte[] whole = [.. document.AsSpan(0, first), .. before, .. document.AsSpan(first, last - first), .. behind, .. document.AsSpan(last)];
                if (JsonBody.Parse(whole) is { } read)
                    return read;
            }
        }

        return null;
    }

    /// <summary>Where a document breaks, and where the last string's text before that begins; -1 where there is none.</summary>
    private static (int Fault, int Start) FaultIn(byte[] document)
    {
        var reader = new Utf8JsonReader(document, isFinalBlock: true, default);
        var start = -1;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.String)
                    start = (int)reader.TokenStartIndex + 1;
            }

            return (-1, start);
        }
        catch (JsonException)
        {
            var fault = (int)reader.BytesConsumed;
            while (fault < document.Length && document[fault] is (byte)' ' or (byte)':')
                fault++;
            // within a string that does not end it is that string
            return fault < document.Length && document[fault] == '"' ? (fault, fault + 1) : (fault, start);
        }
    }
}
