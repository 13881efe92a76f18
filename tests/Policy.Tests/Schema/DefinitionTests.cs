using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using K8sRecorder.Crds;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Tests.Schema;

/// <summary>The definitions in crds/ and the validator say the same.</summary>
public sealed partial class DefinitionTests
{
    [Fact]
    public void Files_are_what_make_crds_writes()
    {
        foreach (var (path, text) in GeneratedFiles.All(PolicyText.Root))
            Assert.True(File.ReadAllText(Path.Combine(PolicyText.Root, path)) == text, $"{path} is not what make crds writes");
    }

    [Fact]
    public void Every_constraint_is_about_something_that_the_model_has()
    {
        var known = typeof(RecordingPolicySpec).Assembly.GetTypes().Where(type => type.Namespace == typeof(RecordingPolicySpec).Namespace)
            .SelectMany(type => type.GetProperties().Select(property => $"{type.Name}.{property.Name}").Append(type.Name)).ToHashSet();

        Assert.DoesNotContain(Constraints.Names, name => !known.Contains(name));
    }

    [Fact]
    public void Everything_in_a_schema_has_a_bound_and_words()
    {
        foreach (var kind in Enum.GetValues<PolicyKind>())
            Bounded(Definition.Of(kind)["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!.AsObject(), kind.ToString());
    }

    [Fact]
    public void Good_documents_pass_both()
    {
        var good = new List<string> { PolicyText.Contract, PolicyText.Least };
        good.AddRange(Directory.EnumerateFiles(Path.Combine(PolicyText.Root, "docs"), "*.md").SelectMany(page => Example().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value))
            .Where(example => example.Contains("kind: Recording", StringComparison.Ordinal) || example.Contains("kind: ClusterRecording", StringComparison.Ordinal)));

        Assert.True(good.Count > 6);
        foreach (var text in good)
        {
            var file = PolicyFile.Parse(Encoding.UTF8.GetBytes(text), "a");
            Assert.Empty(file.Problems.Concat(file.Documents.SelectMany(document => PolicyValidator.Validate(document, null))).Select(problem => problem.ToString()));
            Assert.All(Documents.Read(text), document => Assert.Empty(Documents.Check(document)));
        }
    }

    [Fact]
    public void Bad_documents_are_refused_by_the_validator_and_where_it_can_tell_by_the_schema()
    {
        var wrong = new List<string>();
        foreach (var (name, yaml) in Corpus.Bad())
        {
            var file = PolicyFile.Parse(Encoding.UTF8.GetBytes(yaml), "a");
            if (!file.Problems.Concat(file.Documents.SelectMany(document => PolicyValidator.Validate(document, PolicyText.Detectors))).Any())
                wrong.Add($"the validator takes: {name}");
            var isRefused = Documents.Read(yaml).Any(document => Documents.Check(document).Count > 0);
            if (isRefused == (Corpus.ByRule.Contains(name) || Corpus.ByValidatorAlone.Contains(name)))
                wrong.Add($"the schema {(isRefused ? "refuses" : "takes")}: {name}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static void Bounded(JsonObject schema, string path)
    {
        var type = schema["type"]?.GetValue<string>();
        Assert.True(type is not "string" || schema["enum"] is not null || schema["maxLength"] is not null, $"{path}: text without an end");
        Assert.True(type != "array" || schema["maxItems"] is not null && schema["x-kubernetes-list-type"] is not null, $"{path}: list without an end or a type");
        Assert.True(schema["additionalProperties"] is null || schema["maxProperties"] is not null, $"{path}: map without an end");
        Assert.True(schema["description"] is not null || path.EndsWith("[]", StringComparison.Ordinal), $"{path}: without words");
        foreach (var (name, field) in schema["properties"]?.AsObject() ?? [])
            Bounded(field!.AsObject(), $"{path}.{name}");
        if (schema["items"] is JsonObject items)
            Bounded(items, path + "[]");
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
