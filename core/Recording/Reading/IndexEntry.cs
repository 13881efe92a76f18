using System.Text;
using System.Text.Json;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Reading;

/// <summary>A row of the index: one exchange. Derived, so it serves to find and proves nothing. Null is: not stated.</summary>
/// <param name="Session">The session.</param>
/// <param name="At">When the exchange began.</param>
/// <param name="Channel">Its channel.</param>
/// <param name="Target">The target's name.</param>
public sealed record IndexEntry(string Session, DateTimeOffset At, long Channel, string Target)
{
    /// <summary>The pod's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The pod.</summary>
    public string? Pod { get; init; }

    /// <summary>The protocol.</summary>
    public string? Protocol { get; init; }

    /// <summary>The method.</summary>
    public string? Method { get; init; }

    /// <summary>The status.</summary>
    public long? Status { get; init; }

    /// <summary>Masked bytes of the request's body.</summary>
    public long? RequestBytes { get; init; }

    /// <summary>Masked bytes of the response's body.</summary>
    public long? ResponseBytes { get; init; }

    /// <summary>From the request's first byte to the response's last.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Reads a row (without its line feed); null where the line is none.</summary>
    public static IndexEntry? TryParse(ReadOnlySpan<byte> line)
    {
        if (line.Length > ReadLimits.StatementBytes || !FormatText.IsCanonical(line))
            return null;
        JsonElement row;
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 4 });
            row = JsonElement.ParseValue(ref reader);
            if (reader.BytesConsumed != line.Length)
                return null;
        }
        catch (JsonException)
        {
            return null;
        }

        if (Text(row, "session") is not { } session || !StoreLayout.IsSession(session) || Text(row, "at") is not { } time
            || !FormatText.TryTime(Encoding.UTF8.GetBytes(time), out var at) || Number(row, "ch") is not { } channel || Text(row, "target") is not { } target)
            return null;
        return new IndexEntry(session, at, channel, target)
        {
            Namespace = Text(row, "namespace"),
            Pod = Text(row, "pod"),
            Protocol = Text(row, "protocol"),
            Method = Text(row, "method"),
            Status = Number(row, "status"),
            RequestBytes = Number(row, "in"),
            ResponseBytes = Number(row, "out"),
            Duration = Number(row, "ms") is >= 0 and < 1L << 40 and var milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
        };
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static long? Number(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;
}
