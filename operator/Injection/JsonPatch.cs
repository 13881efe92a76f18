using System.Globalization;
using System.Text.Json.Nodes;

namespace K8sRecorder.Operator.Injection;

/// <summary>The difference of two documents as JSON Patch (RFC 6902). Lists of named things are extended at either end and not written anew.</summary>
internal static class JsonPatch
{
    public static JsonArray Between(JsonObject before, JsonObject after)
    {
        var patch = new JsonArray();
        Objects(patch, "", before, after);
        return patch;
    }

    private static void Values(JsonArray patch, string path, JsonNode? before, JsonNode? after)
    {
        if (before is JsonObject one && after is JsonObject other)
            Objects(patch, path, one, other);
        else if (before is JsonArray some && after is JsonArray others)
            Lists(patch, path, some, others);
        else if (!JsonNode.DeepEquals(before, after))
            Add(patch, "replace", path, after);
    }

    private static void Objects(JsonArray patch, string path, JsonObject before, JsonObject after)
    {
        foreach (var (name, _) in before)
            if (!after.ContainsKey(name))
                patch.Put(new JsonObject { ["op"] = "remove", ["path"] = $"{path}/{Escaped(name)}" });
        foreach (var (name, value) in after)
        {
            var at = $"{path}/{Escaped(name)}";
            if (before.TryGetPropertyValue(name, out var had))
                Values(patch, at, had, value);
            else
                Add(patch, "add", at, value);
        }
    }

    private static void Lists(JsonArray patch, string path, JsonArray before, JsonArray after)
    {
        var more = after.Count - before.Count;
        if (more >= 0 && IsSame(before, after, more))
        {
            for (var i = 0; i < more; i++)
                Add(patch, "add", Item(path, i), after[i]);
            for (var i = 0; i < before.Count; i++)
                Values(patch, Item(path, i + more), before[i], after[i + more]);
        }
        else if (more >= 0 && IsSame(before, after, 0))
        {
            for (var i = 0; i < before.Count; i++)
                Values(patch, Item(path, i), before[i], after[i]);
            for (var i = before.Count; i < after.Count; i++)
                Add(patch, "add", path + "/-", after[i]);
        }
        else if (!JsonNode.DeepEquals(before, after))
            Add(patch, "replace", path, after);
    }

    /// <summary>Whether the one list stands in the other from there on: the same things by name, or the same values.</summary>
    private static bool IsSame(JsonArray before, JsonArray after, int from)
    {
        for (var i = 0; i < before.Count; i++)
        {
            var (one, other) = (before[i], after[i + from]);
            if (one.Text("name") is { } name ? name != other.Text("name") || one.Text("mountPath") != other.Text("mountPath") : !JsonNode.DeepEquals(one, other))
                return false;
        }
        return true;
    }

    private static void Add(JsonArray patch, string op, string path, JsonNode? value) =>
        patch.Put(new JsonObject { ["op"] = op, ["path"] = path, ["value"] = value?.DeepClone() });

    private static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}/{index}");

    private static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
