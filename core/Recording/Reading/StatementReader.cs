using K8sRecorder.Recording.Stores;
using System.Text.Json;

namespace K8sRecorder.Recording.Reading;

/// <summary>Reads <c>open.json</c>. Total: hostile bytes give null and the problem in words.</summary>
public static class StatementReader
{
    /// <summary>Reads an open statement.</summary>
    public static SessionStatement? TryRead(ReadOnlySpan<byte> bytes, out string problem)
    {
        problem = "the open statement is not one line of canonical JSON";
        if (bytes.Length is 0 or > ReadLimits.StatementBytes || bytes[^1] != '\n' || !FormatText.IsCanonical(bytes[..^1]))
            return null;
        problem = "the open statement is not in the form of one";
        try
        {
            return Read(bytes[..^1]);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            // The JSON classes tell a wrong shape by exception; there is one statement a session.
            return null;
        }
    }

    private static SessionStatement? Read(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 8 });
        reader.Read();
        if (!reader.Read() || !reader.ValueTextEquals("statement"u8) || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        var start = (int)reader.TokenStartIndex;
        if (!HasUniqueKeys(ref reader))
            return null;
        var signed = line[start..(int)reader.BytesConsumed].ToArray();
        if (!reader.Read() || !reader.ValueTextEquals("signature"u8) || !reader.Read() || !reader.TryGetBytesFromBase64(out var signature))
            return null;
        byte[]? salt = null;
        reader.Read();
        if (reader.TokenType == JsonTokenType.PropertyName && (!reader.ValueTextEquals("salt"u8) || !reader.Read() || !reader.TryGetBytesFromBase64(out salt) || !reader.Read()))
            return null;
        if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
            return null;
        using var document = JsonDocument.Parse(signed, new JsonDocumentOptions { MaxDepth = 8 });
        var fields = document.RootElement;
        if (Text(fields, "format") != "k8srecorder/1" || Text(fields, "session") is not { } session || !StoreLayout.IsSession(session))
            return null;
        return new SessionStatement
        {
            Session = session,
            OpenedAt = StoreLayout.TimeOf(session),
            PublicKey = fields.GetProperty("key").GetBytesFromBase64(),
            SaltId = Text(fields, "saltId") ?? "",
            TagKey = Text(fields, "tagKey"),
            Store = Text(fields, "store"),
            Namespace = Text(fields, "namespace"),
            Pod = Text(fields, "pod"),
            PodUid = Text(fields, "podUid"),
            Node = Text(fields, "node"),
            ServiceAccount = Text(fields, "serviceAccount"),
            Images = Images(fields),
            Policy = Text(fields, "policy"),
            Actor = Actor(fields),
            Previous = Text(fields, "previous"),
            Signer = fields.TryGetProperty("signer", out var signer) ? signer.GetBytesFromBase64() : null,
            Salt = salt,
            SignedBytes = signed,
            Signature = signature,
        };
    }

    // Leaves the reader at the end of the statement object.
    private static bool HasUniqueKeys(ref Utf8JsonReader reader)
    {
        var keys = new KeyStack();
        keys.Enter();
        var depth = reader.CurrentDepth;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && !keys.Add(reader.ValueSpan))
                return false;
            if (reader.TokenType == JsonTokenType.StartObject)
                keys.Enter();
            if (reader.TokenType != JsonTokenType.EndObject)
                continue;
            keys.Leave();
            if (reader.CurrentDepth == depth)
                return true;
        }

        return false;
    }

    private static string? Text(JsonElement fields, string name) => fields.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static Dictionary<string, string> Images(JsonElement fields)
    {
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        if (fields.TryGetProperty("images", out var list))
            foreach (var image in list.EnumerateObject())
                images[image.Name] = image.Value.GetString() ?? "";
        return images;
    }

    private static SessionActorView? Actor(JsonElement fields)
    {
        if (!fields.TryGetProperty("actor", out var actor))
            return null;
        var groups = actor.TryGetProperty("groups", out var list) ? list.EnumerateArray().Select(g => g.GetString() ?? "").ToArray() : [];
        return new SessionActorView(
            Text(actor, "kind") ?? "", Text(actor, "subject") ?? "", groups, Text(actor, "issuer"),
            actor.TryGetProperty("verified", out var verified) && verified.GetBoolean());
    }
}
