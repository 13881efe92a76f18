using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using K8sRecorder.Dialects.Exchanges;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>
/// Knows which conversations were shown, as a trie over messages, so that of a turn only what is new is shown. A message is left out only
/// behind a beginning of which every message was shown, by a cryptographic digest: an agent cannot make one disappear.
/// </summary>
internal sealed class Conversations
{
    private const int MostKnown = 1_000_000;
    private readonly Dictionary<UInt128, long> _shownAt = [];

    /// <summary>How many messages of the turn are known from before, and from which exchange.</summary>
    public Turn Add(long seq, ModelExchange exchange)
    {
        var place = Root(exchange);
        var known = 0;
        long? from = null;
        foreach (var message in exchange.Messages)
        {
            place = Follow(place, message.Role, message.Parts, seq);
            if (!_shownAt.TryGetValue(place, out var at))
                break;
            known++;
            from = at;
        }
        place = Root(exchange);
        foreach (var message in exchange.Messages)
        {
            place = Follow(place, message.Role, message.Parts, seq);
            Learn(place, seq);
        }
        // What the model answered stands in the next turn as a message of the assistant's, with or without its thoughts.
        foreach (var choice in exchange.Choices)
        {
            Learn(Follow(place, "assistant", choice.Parts, seq), seq);
            Learn(Follow(place, "assistant", [.. choice.Parts.Where(part => part.Kind != ModelPartKind.Reasoning)], seq), seq);
        }
        return new Turn(known, from);
    }

    private static UInt128 Root(ModelExchange exchange) => Digest(0, Encoding.UTF8.GetBytes(((int)exchange.Api).ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static UInt128 Follow(UInt128 place, string role, IReadOnlyList<ModelPart> parts, long seq)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            json.WriteStringValue(role == "model" ? "assistant" : role);
            var text = new StringBuilder();
            foreach (var part in parts)
            {
                // Streams and documents cut an answer's text differently.
                if (part.Kind == ModelPartKind.Text)
                    text.Append(part.Text);
                else
                    Write(json, part, seq);
            }
            json.WriteStringValue(text.ToString());
            json.WriteEndArray();
        }
        return Digest(place, bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter json, ModelPart part, long seq)
    {
        json.WriteNumberValue((int)part.Kind);
        json.WriteStringValue(part.Name ?? "");
        json.WriteStringValue(part.CallId ?? "");
        // Of an image only the bytes tell whether it is the same, and they are not here: it counts as new.
        if (part.Text.Length == 0 && part.Kind is not (ModelPartKind.Reasoning or ModelPartKind.ToolCall or ModelPartKind.ToolResult))
            json.WriteNumberValue(seq);
        else if (part.Kind == ModelPartKind.ToolCall)
            WriteArguments(json, part.Text);
        else
            json.WriteStringValue(part.Text);
    }

    /// <summary>Agents read the arguments and write them anew: white space does not count.</summary>
    private static void WriteArguments(Utf8JsonWriter json, string arguments)
    {
        try
        {
            using var document = JsonDocument.Parse(arguments);
            document.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteStringValue(arguments);
        }
    }

    private static UInt128 Digest(UInt128 place, byte[] bytes)
    {
        Span<byte> buffer = stackalloc byte[32];
        BinaryPrimitives.WriteUInt128BigEndian(buffer, place);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(buffer[..16]);
        sha.AppendData(bytes);
        sha.GetHashAndReset(buffer);
        return BinaryPrimitives.ReadUInt128BigEndian(buffer);
    }

    private void Learn(UInt128 place, long seq)
    {
        // Beyond the bound messages are shown again rather than not at all.
        if (_shownAt.Count < MostKnown)
            _shownAt.TryAdd(place, seq);
    }
}
