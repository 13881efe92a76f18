using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using K8sRecorder.Crds;
using K8sRecorder.Policy.Model;
using K8sRecorder.Policy.Yaml;

namespace K8sRecorder.Policy.Tests.Schema;

/// <summary>Policies as an API server gets them, and the schemas it holds them to.</summary>
internal static partial class Documents
{
    private static readonly Dictionary<PolicyKind, JsonObject> Schemas = Enum.GetValues<PolicyKind>()
        .ToDictionary(kind => kind, kind => Definition.Of(kind)["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject());

    public static IReadOnlyList<JsonObject> Read(string yaml) =>
        [.. new YamlReader(new ProblemList("a")).Read(Encoding.UTF8.GetBytes(yaml)).Select(root => Json(root)!.AsObject())];

    /// <summary>The problems that the schema of its kind finds.</summary>
    public static IReadOnlyList<string> Check(JsonObject document)
    {
        var schema = Schemas[Enum.Parse<PolicyKind>(document["kind"]!.GetValue<string>())].DeepClone().AsObject();
        var body = document.DeepClone().AsObject();
        body.Remove("metadata");
        return SchemaCheck.Check(schema, body);
    }

    /// <summary>As kubectl turns YAML into JSON.</summary>
    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.DistinctBy(entry => entry.Key).Select(entry => KeyValuePair.Create(entry.Key, Json(entry.Value)))),
        YamlSequence sequence => new JsonArray([.. sequence.Items.Select(Json)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { IsPlain: true, Value: "true" or "yes" } => true,
        YamlScalar { IsPlain: true, Value: "false" or "no" } => false,
        YamlScalar { IsPlain: true } scalar when Number().IsMatch(scalar.Value) => long.Parse(scalar.Value, null),
        YamlScalar scalar => scalar.Value,
        _ => null,
    };

    [GeneratedRegex(@"\A-?[0-9]{1,18}\z")]
    private static partial Regex Number();
}
