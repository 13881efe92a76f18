using System.Text.Json.Nodes;

namespace K8sRecorder.Testing.Kube;

/// <summary>A patch as it came: RFC 6902, RFC 7396 or server-side apply.</summary>
public sealed record FakePatch(string ContentType, JsonNode Body, string Manager, bool Force)
{
    public bool IsApply => ContentType is "application/apply-patch+yaml";

    public JsonObject Apply(JsonObject target) => ContentType switch
    {
        "application/merge-patch+json" or "application/strategic-merge-patch+json" => (JsonObject)Merge(target, Body)!,
        "application/json-patch+json" => Operations(target),
        _ => throw new FakeApiException(415, "UnsupportedMediaType", ContentType),
    };

    private static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            var before = result[name];
            result.Remove(name);
            if (value is not null)
                result[name] = Merge(before, value);
        }
        return result;
    }

    private JsonObject Operations(JsonObject target)
    {
        if (Body is not JsonArray operations)
            throw FakeApiException.Bad("a JSON patch is a list");
        foreach (var operation in operations)
            Operate(target, (string)operation!["op"]!, [.. ((string)operation["path"]!).Split('/')[1..].Select(Unescape)], operation["value"]?.DeepClone());
        return target;
    }

    private static void Operate(JsonNode at, string op, string[] path, JsonNode? value)
    {
        foreach (var step in path[..^1])
            at = (at is JsonArray list ? list[int.Parse(step, null)] : at[step]) ?? throw FakeApiException.Invalid("the server rejected our request: no such path");
        var last = path[^1];
        if (at is JsonArray items)
        {
            var index = last is "-" ? items.Count : int.Parse(last, null);
            if (op is "add")
                items.Insert(index, value);
            else if (op is "remove")
                items.RemoveAt(index);
            else
                items[index] = value;
            return;
        }
        var holder = at.AsObject();
        if (op is "test" && !JsonNode.DeepEquals(holder[last], value))
            throw FakeApiException.Invalid("testing value failed");
        if (op is "replace" or "remove" && !holder.ContainsKey(last))
            throw FakeApiException.Invalid("the server rejected our request: no such path");
        if (op is "remove")
            holder.Remove(last);
        else if (op is "add" or "replace")
            holder[last] = value;
    }

    private static string Unescape(string step) => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
