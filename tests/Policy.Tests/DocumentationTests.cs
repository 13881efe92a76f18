using System.Text.RegularExpressions;

namespace K8sRecorder.Policy.Tests;

/// <summary>docs/policy.md says what is so.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(PolicyText.Root, "docs", "policy.md"));

    [Fact]
    public void Every_example_is_a_policy_that_runs_by_hand()
    {
        var examples = Example().Matches(Page).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Empty(PolicyText.Load(example).Problems));
    }

    [Fact]
    public void Every_field_that_is_enforced_is_in_the_table()
    {
        var table = string.Join('\n', Page.Split('\n').Where(line => line.StartsWith('|')));

        foreach (var field in PolicyCapabilities.ByHand.Fields.Concat(PolicyCapabilities.ByHand.Captured).Concat(PolicyCapabilities.ByHand.Redirected).Where(field => field.StartsWith("spec.", StringComparison.Ordinal) && !field.EndsWith("elector", StringComparison.Ordinal)))
            Assert.True(Documented(table, field.Split('=')[0]), $"docs/policy.md does not speak of {field}");
    }

    [Fact]
    public void Example_problem_reads_as_the_page_says()
    {
        var shown = Page.Split('\n').Single(line => line.StartsWith("agents.yaml:", StringComparison.Ordinal));
        var problem = Assert.Single(PolicyText.Load(PolicyText.Least.Replace("127.0.0.1:8080", "0.0.0.0:80", StringComparison.Ordinal)).Problems);

        Assert.Equal(shown, (problem with { Line = 12 }).ToString());
    }

    /// <summary>The path itself, something below it, or its last name beside the path of a sibling.</summary>
    private static bool Documented(string table, string path)
    {
        var (parent, name) = (path[..path.LastIndexOf('.')], path[(path.LastIndexOf('.') + 1)..]);
        return table.Contains($"`{path}`", StringComparison.Ordinal) || table.Contains($"`{path}.", StringComparison.Ordinal) || table.Contains($"`{path}[]", StringComparison.Ordinal)
            || table.Split('\n').Any(line => line.Contains($"`{parent}.", StringComparison.Ordinal) && line.Contains($"`.{name}`", StringComparison.Ordinal));
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
