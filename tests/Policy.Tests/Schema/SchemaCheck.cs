using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace K8sRecorder.Policy.Tests.Schema;

/// <summary>The part of a structural schema that our definitions use, without rules (CEL): what it finds is wrong, by field.</summary>
internal static class SchemaCheck
{
    public static IReadOnlyList<string> Check(JsonObject schema, JsonNode? value, string path = "")
    {
        var problems = new List<string>();
        Check(schema, value, path, problems);
        return problems;
    }

    private static void Check(JsonObject schema, JsonNode? value, string path, List<string> problems)
    {
        if (!IsOfType(schema, value))
        {
            problems.Add($"{path}: not of type {schema["type"]}");
            return;
        }
        if (schema["enum"] is JsonArray values && !values.Any(one => JsonNode.DeepEquals(one, value)))
            problems.Add($"{path}: not one of {values.ToJsonString()}");
        switch (value)
        {
            case JsonObject fields:
                CheckObject(schema, fields, path, problems);
                break;
            case JsonArray items:
                CheckList(schema, items, path, problems);
                break;
            case JsonValue scalar:
                CheckScalar(schema, scalar, path, problems);
                break;
        }
    }

    private static void CheckObject(JsonObject schema, JsonObject fields, string path, List<string> problems)
    {
        foreach (var name in schema["required"]?.AsArray() ?? [])
            if (!fields.ContainsKey(name!.GetValue<string>()))
                problems.Add($"{path}.{name}: required");
        if (fields.Count > (schema["maxProperties"]?.GetValue<int>() ?? int.MaxValue))
            problems.Add($"{path}: too many fields");
        foreach (var (name, field) in fields)
            if (schema["properties"]?[name] is JsonObject known)
                Check(known, field, $"{path}.{name}", problems);
            else if (schema["additionalProperties"] is JsonObject more)
                Check(more, field, $"{path}[{name}]", problems);
            else if (schema["properties"] is not null)
                problems.Add($"{path}.{name}: unknown field");
    }

    private static void CheckList(JsonObject schema, JsonArray items, string path, List<string> problems)
    {
        if (items.Count > schema["maxItems"]!.GetValue<int>())
            problems.Add($"{path}: too many items");
        if (items.Count < (schema["minItems"]?.GetValue<int>() ?? 0))
            problems.Add($"{path}: too few items");
        var key = schema["x-kubernetes-list-map-keys"]?[0]?.GetValue<string>();
        var isSet = schema["x-kubernetes-list-type"]!.GetValue<string>() == "set";
        var seen = new HashSet<string>();
        for (var i = 0; i < items.Count; i++)
        {
            Check(schema["items"]!.AsObject(), items[i], $"{path}[{i}]", problems);
            var identity = key is not null ? (items[i] as JsonObject)?[key]?.ToJsonString() : isSet ? items[i]?.ToJsonString() : null;
            if (identity is not null && !seen.Add(identity))
                problems.Add($"{path}[{i}]: stands twice");
        }
    }

    private static void CheckScalar(JsonObject schema, JsonValue value, string path, List<string> problems)
    {
        if (value.GetValueKind() == JsonValueKind.String)
        {
            var text = value.GetValue<string>();
            if (text.Length < (schema["minLength"]?.GetValue<int>() ?? 0) || text.Length > (schema["maxLength"]?.GetValue<int>() ?? int.MaxValue))
                problems.Add($"{path}: length");
            if (schema["pattern"]?.GetValue<string>() is { } pattern && !Regex.IsMatch(text, pattern.EndsWith('$') ? pattern[..^1] + "\\z" : pattern, RegexOptions.NonBacktracking))
                problems.Add($"{path}: pattern");
        }
        else if (value.GetValueKind() == JsonValueKind.Number)
        {
            var number = double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);
            if (number < (schema["minimum"]?.GetValue<int>() ?? double.MinValue) || number > (schema["maximum"]?.GetValue<int>() ?? double.MaxValue))
                problems.Add($"{path}: out of range");
        }
    }

    private static bool IsOfType(JsonObject schema, JsonNode? value)
    {
        var kind = value?.GetValueKind() ?? JsonValueKind.Null;
        if (schema["x-kubernetes-int-or-string"] is not null)
            return kind is JsonValueKind.Number or JsonValueKind.String;
        return schema["type"]!.GetValue<string>() switch
        {
            "object" => kind == JsonValueKind.Object,
            "array" => kind == JsonValueKind.Array,
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            _ => kind == JsonValueKind.Number,
        };
    }
}
