using System.Text.Json.Nodes;

namespace K8sRecorder.Testing.Kube;

/// <summary>Label selectors by equality and existence, field selectors by name and namespace: what the tests use; anything else is refused.</summary>
public sealed class FakeSelector(string? labels, string? fields)
{
    private readonly string[] _labels = (labels ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
    private readonly string[] _fields = (fields ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);

    public bool Matches(JsonObject entity) =>
        _labels.All(term => MatchesLabel(entity["metadata"]!["labels"] as JsonObject ?? [], term)) && _fields.All(term => MatchesField(entity, term));

    private static bool MatchesLabel(JsonObject labels, string term)
    {
        if (term.Contains("!=", StringComparison.Ordinal))
            return (string?)labels[term.Split("!=")[0]] != term.Split("!=")[1];
        if (term.Contains('='))
            return (string?)labels[term.Split('=')[0]] == term.Split('=')[^1];
        return term.StartsWith('!') ? !labels.ContainsKey(term[1..]) : labels.ContainsKey(term);
    }

    private static bool MatchesField(JsonObject entity, string term) => term.Split('=') switch
    {
        ["metadata.name", .., var name] => (string?)entity["metadata"]!["name"] == name,
        ["metadata.namespace", .., var space] => (string?)entity["metadata"]!["namespace"] == space,
        _ => throw FakeApiException.Bad($"field label not supported: {term}"),
    };
}
