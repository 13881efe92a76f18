using System.Text.Json;
using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Http;

/// <summary>Reads a list of objects one by one; a list's items carry no kind of their own.</summary>
internal static class ListReader
{
    /// <exception cref="JsonException">Not JSON, or no list of that kind.</exception>
    public static ListPage<T> Read<T>(ReadOnlySpan<byte> utf8, EntityInfo info, KubeJson json, Func<T, T> transform)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var reader = new Utf8JsonReader(utf8, KubeJson.ReaderOptions);
        var items = new List<T>();
        string? kind = null, version = null, next = null;
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("items"u8))
                ReadItems(ref reader, info, json, transform, items);
            else if (reader.ValueTextEquals("metadata"u8))
                ReadMetadata(ref reader, out version, out next);
            else if (reader.ValueTextEquals("kind"u8) && reader.Read())
                kind = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            else
                reader.Skip();
        }
        Expect(reader.TokenType == JsonTokenType.EndObject && !reader.Read());
        // Whatever else has items would be an empty cluster to a controller.
        if (kind != info.Kind + "List" || string.IsNullOrEmpty(version))
            throw new JsonException($"no {info.Kind}List with a version");
        return new ListPage<T>(items, version, string.IsNullOrEmpty(next) ? null : next);
    }

    private static void ReadItems<T>(ref Utf8JsonReader reader, EntityInfo info, KubeJson json, Func<T, T> transform, List<T> items)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        Expect(reader.Read());
        // Go writes an empty list as null now and then.
        if (reader.TokenType == JsonTokenType.Null)
            return;
        Expect(reader.TokenType == JsonTokenType.StartArray);
        var type = json.TypeInfo<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var item = JsonSerializer.Deserialize(ref reader, type);
            Expect(item?.Metadata is { Name: not null, ResourceVersion: not null });
            item!.ApiVersion = info.ApiVersion;
            item.Kind = info.Kind;
            items.Add(transform(item));
        }
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, out string? version, out string? next)
    {
        version = next = null;
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("resourceVersion"u8) && reader.Read())
                version = Text(ref reader);
            else if (reader.ValueTextEquals("continue"u8) && reader.Read())
                next = Text(ref reader);
            else
                reader.Skip();
        }
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        Expect(reader.TokenType is JsonTokenType.String or JsonTokenType.Null);
        return reader.GetString();
    }

    private static void Expect(bool holds)
    {
        if (!holds)
            throw new JsonException("no list");
    }
}
