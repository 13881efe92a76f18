using System.Net;
using System.Text.Json;
using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Http;

/// <summary>Reads one line of a watch: <c>{"type":…,"object":…}</c>.</summary>
internal static class WatchLine
{
    /// <exception cref="KubeStatusException">An ERROR event.</exception>
    /// <exception cref="JsonException">Not what the API says.</exception>
    public static WatchEvent<T> Read<T>(ReadOnlySpan<byte> utf8, EntityInfo info, KubeJson json)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var type = TypeOf(utf8, out var start);
        var reader = new Utf8JsonReader(utf8[start..], KubeJson.ReaderOptions);
        if (type is "ERROR")
            throw Error(JsonSerializer.Deserialize(ref reader, json.TypeInfo<V1Status>()));

        var entity = JsonSerializer.Deserialize(ref reader, json.TypeInfo<T>());
        if (entity?.Metadata?.ResourceVersion is not { Length: > 0 } version || entity.Kind != info.Kind)
            throw new JsonException($"no {info.Kind} with a version");
        if (type is "BOOKMARK")
            return new WatchEvent<T>(WatchEventType.Bookmark, null, version);
        if (entity.Metadata.Name is null)
            throw new JsonException($"a {info.Kind} without a name");
        return new WatchEvent<T>(
            type switch
            {
                "ADDED" => WatchEventType.Added,
                "MODIFIED" => WatchEventType.Modified,
                "DELETED" => WatchEventType.Deleted,
                _ => throw new JsonException("an event of no known type"),
            },
            entity,
            version);
    }

    /// <summary>The event's type, and where its object begins; the line is read to its end, so that what stands behind is seen.</summary>
    private static string TypeOf(ReadOnlySpan<byte> utf8, out int start)
    {
        var reader = new Utf8JsonReader(utf8, KubeJson.ReaderOptions);
        string? type = null;
        start = -1;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("no event");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType && type is null && reader.TokenType == JsonTokenType.String)
                type = reader.GetString();
            else if (isObject && start < 0 && reader.TokenType == JsonTokenType.StartObject)
                start = (int)reader.TokenStartIndex;
            else if (isType || isObject)
                throw new JsonException("no event");
            reader.Skip();
        }
        if (reader.Read() || type is null || start < 0)
            throw new JsonException("no event");
        return type;
    }

    private static KubeStatusException Error(V1Status? status)
    {
        status ??= new V1Status { Reason = StatusReasons.Unreadable };
        return new KubeStatusException(status, status.Code is { } code and >= 400 and < 600 ? (HttpStatusCode)code : HttpStatusCode.InternalServerError);
    }
}
