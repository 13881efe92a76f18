using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace K8sRecorder.Recording.Reading;

/// <summary>A head line, read but not yet believed.</summary>
public sealed record SignedHead
{
    /// <summary>The session.</summary>
    public required string Session { get; init; }

    /// <summary>The number of records that it covers.</summary>
    public required long Size { get; init; }

    /// <summary>Their root, 32 bytes.</summary>
    public required byte[] Root { get; init; }

    /// <summary>Sealed chunks, the one that it stands in included.</summary>
    public required long ChunkCount { get; init; }

    /// <summary>The name of the chunk before, or empty.</summary>
    public required string PreviousChunk { get; init; }

    /// <summary>When it was signed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why it was signed.</summary>
    public required string Reason { get; init; }

    /// <summary>The session whose key signed it, where that is not this one.</summary>
    public string? By { get; init; }

    /// <summary>The bytes of the head object as they stand: what is signed.</summary>
    public required byte[] SignedBytes { get; init; }

    /// <summary>The signature, DER.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>How many records of its chunk stand before it.</summary>
    public int RecordsBefore { get; init; }

    /// <summary>Reads a head line (without its line feed); null where it is not one in canonical form.</summary>
    public static SignedHead? TryParse(ReadOnlySpan<byte> line)
    {
        if (!FormatText.IsCanonical(line))
            return null;
        try
        {
            return Parse(line);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // Utf8JsonReader tells malformed input by exception; heads are few.
            return null;
        }
    }

    [SuppressMessage("Maintainability", "CA1508", Justification = "the reader moves")]
    private static SignedHead? Parse(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 4 });
        if (!reader.Read() || !Named(ref reader, "head") || reader.TokenType != JsonTokenType.StartObject)
            return null;
        var start = (int)reader.TokenStartIndex;
        if (Text(ref reader, "session") is not { } session || Number(ref reader, "size") is not { } size || Text(ref reader, "root") is not { } root
            || Number(ref reader, "chunkCount") is not { } chunkCount || Text(ref reader, "previousChunk") is not { } previous
            || !Named(ref reader, "at") || !FormatText.TryTime(reader.ValueSpan, out var at) || Text(ref reader, "reason") is not { } reason)
            return null;
        string? by = null;
        reader.Read();
        while (reader.TokenType == JsonTokenType.PropertyName)
        {
            var isBy = reader.ValueTextEquals("by"u8);
            reader.Read();
            if (isBy && by is not null)
                return null;
            if (isBy)
                by = reader.GetString();
            else
                reader.Skip();
            reader.Read();
        }

        var signed = line[start..(int)reader.BytesConsumed].ToArray();
        var digest = new byte[32];
        if (!Named(ref reader, "signature") || !reader.TryGetBytesFromBase64(out var signature) || !reader.Read()
            || reader.TokenType != JsonTokenType.EndObject || reader.Read() || !FormatText.TryDigest(System.Text.Encoding.UTF8.GetBytes(root), digest))
            return null;
        return new SignedHead
        {
            Session = session,
            Size = size,
            Root = digest,
            ChunkCount = chunkCount,
            PreviousChunk = previous,
            At = at,
            Reason = reason,
            By = by,
            SignedBytes = signed,
            Signature = signature,
        };
    }

    private static bool Named(ref Utf8JsonReader reader, string name) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

    private static string? Text(ref Utf8JsonReader reader, string name) =>
        Named(ref reader, name) && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;

    private static long? Number(ref Utf8JsonReader reader, string name) =>
        Named(ref reader, name) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= 0 ? value : null;
}
