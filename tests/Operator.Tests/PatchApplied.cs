using System.Globalization;
using System.Text.Json.Nodes;

namespace K8sRecorder.Operator.Tests;

/// <summary>What an API server makes of a JSON Patch (RFC 6902), as far as ours go: add, replace, remove.</summary>
internal static class PatchApplied
{
    public static JsonObject To(JsonObject document, JsonArray patch)
    {
        var root = document.DeepClone().AsObject();
        foreach (var operation in patch)
        {
            var path = operation!["path"]!.GetValue<string>().Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToList();
            JsonNode parent = root;
            foreach (var part in path.SkipLast(1))
                parent = (parent is JsonArray list ? list[int.Parse(part, CultureInfo.InvariantCulture)] : parent[part])!;
            Apply(operation["op"]!.GetValue<string>(), parent, path[^1], operation["value"]?.DeepClone());
        }
        return root;
    }

    private static void Apply(string op, JsonNode parent, string name, JsonNode? value)
    {
        if (parent is JsonArray list)
        {
            var index = name == "-" ? list.Count : int.Parse(name, CultureInfo.InvariantCulture);
            if (op != "add")
                list.RemoveAt(index);
            if (op != "remove")
                list.Insert(index, value);
            return;
        }
        Assert.True(op == "add" || parent.AsObject().ContainsKey(name), $"{op} of {name}, which is not there");
        parent.AsObject().Remove(name);
        if (op != "remove")
            parent[name] = value;
    }
}
