using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace K8sRecorder.Crds;

/// <summary>JSON as YAML in blocks; text is quoted wherever it could be read as anything else.</summary>
internal static partial class YamlText
{
    public static string Of(JsonObject root)
    {
        var text = new StringBuilder();
        Write(text, root, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonObject node, int indent)
    {
        foreach (var (key, value) in node)
        {
            text.Append(' ', indent).Append(Scalar(key)).Append(':');
            Value(text, value, indent + 2, indent);
        }
    }

    private static void Value(StringBuilder text, JsonNode? value, int indent, int listIndent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } node:
                text.Append('\n');
                Write(text, node, indent);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                foreach (var item in list)
                    Item(text, item, listIndent);
                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String:
                text.Append(' ').Append(Scalar(scalar.GetValue<string>())).Append('\n');
                break;
            default:
                text.Append(' ').Append(value?.ToJsonString() ?? "null").Append('\n');
                break;
        }
    }

    private static void Item(StringBuilder text, JsonNode? item, int indent)
    {
        if (item is not JsonObject { Count: > 0 } node)
        {
            text.Append(' ', indent).Append('-');
            Value(text, item, indent + 2, indent + 2);
            return;
        }
        var block = new StringBuilder();
        Write(block, node, indent + 2);
        block[indent] = '-';
        text.Append(block);
    }

    private static string Scalar(string value) =>
        Plain().IsMatch(value) && value is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n") && !value.EndsWith(' ') && !value.Contains(": ", StringComparison.Ordinal) && !value.Contains(" #", StringComparison.Ordinal) && !value.EndsWith(':')
            ? value : JsonSerializer.Serialize(value, Options);

    private static readonly JsonSerializerOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex(@"\A[A-Za-z][-A-Za-z0-9_./() ,;=<>`'+$:]*\z")]
    private static partial Regex Plain();
}
