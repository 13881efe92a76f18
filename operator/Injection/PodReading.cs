using System.Text.Json;
using System.Text.Json.Nodes;

namespace K8sRecorder.Operator.Injection;

/// <summary>Reads a pod as JSON without believing that anything has the type that it should have: what has not is not there.</summary>
internal static class PodReading
{
    public static JsonObject? Object(this JsonNode? node, string name) => (node as JsonObject)?[name] as JsonObject;

    public static string? Text(this JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static bool? Flag(this JsonNode? node, string name) => ((node as JsonObject)?[name])?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public static long? Number(this JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>The items of a list that are objects.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonNode? node, string name) => ((node as JsonObject)?[name] as JsonArray)?.OfType<JsonObject>() ?? [];

    public static IEnumerable<string> Texts(this JsonNode? node, string name) =>
        ((node as JsonObject)?[name] as JsonArray)?.OfType<JsonValue>().Where(value => value.GetValueKind() == JsonValueKind.String).Select(value => value.GetValue<string>()) ?? [];

    public static IReadOnlyDictionary<string, string> Map(this JsonNode? node, string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in node.Object(name) ?? [])
            if (value?.GetValueKind() == JsonValueKind.String)
                map[key] = value.GetValue<string>();
        return map;
    }

    /// <summary>Init containers, then containers: every one that may run in the pod.</summary>
    public static IEnumerable<JsonObject> AllContainers(this JsonNode? spec) => spec.Objects("initContainers").Concat(spec.Objects("containers"));

    /// <summary>The list of that name, made where there is none.</summary>
    public static JsonArray List(this JsonObject parent, string name)
    {
        if (parent[name] is not JsonArray list)
            parent[name] = list = [];
        return list;
    }

    /// <summary>Adds what is JSON already; the list's own Add takes anything and serializes it.</summary>
    public static void Put(this JsonArray list, JsonNode? item) => list.Insert(list.Count, item);

    /// <summary>The object of that name, made where there is none.</summary>
    public static JsonObject Child(this JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
            parent[name] = child = [];
        return child;
    }
}
