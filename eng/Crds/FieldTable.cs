using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace K8sRecorder.Crds;

/// <summary>The fields of a kind as a table for its page.</summary>
internal static class FieldTable
{
    public static string Of(JsonObject definition)
    {
        var schema = definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;
        var table = new StringBuilder("| field | type | default | meaning |\n|---|---|---|---|\n");
        foreach (var root in new[] { "spec", "status" })
            Rows(table, root, schema["properties"]![root]!.AsObject());
        return table.ToString();
    }

    private static void Rows(StringBuilder table, string path, JsonObject parent)
    {
        var required = parent["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToHashSet() ?? [];
        foreach (var (name, node) in parent["properties"]!.AsObject())
        {
            var field = node!.AsObject();
            var (at, inner) = ($"{path}.{name}", field);
            while (inner["items"] is JsonObject items)
                (at, inner) = (at + "[]", items);
            var preset = field["default"] is { } value ? $"`{value.ToJsonString().Trim('"')}`" : required.Contains(name) ? "required" : "";
            table.Append(CultureInfo.InvariantCulture, $"| `{at}` | {Type(field)} | {preset} | {field["description"]!.GetValue<string>().Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            if (inner["properties"] is not null)
                Rows(table, at, inner);
        }
    }

    private static string Type(JsonObject field)
    {
        if (field["enum"] is JsonArray values)
            return string.Join(", ", values.Select(value => $"`{value}`"));
        if (field["x-kubernetes-int-or-string"] is not null)
            return "size";
        if (field["format"]?.GetValue<string>() == "duration")
            return "duration";
        if (field["items"] is JsonObject items)
            return $"list of {Type(items)}, at most {field["maxItems"]}";
        if (field["additionalProperties"] is not null)
            return $"map, at most {field["maxProperties"]}";
        return field["type"]!.GetValue<string>();
    }
}
