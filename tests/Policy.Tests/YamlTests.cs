using System.Text;

namespace K8sRecorder.Policy.Tests;

/// <summary>What no policy needs of YAML, and bytes that are none.</summary>
public sealed class YamlTests
{
    private const string Head = "apiVersion: k8srecorder.io/v1alpha1\nkind: RecordingPolicy\n";

    [Theory]
    [InlineData(Head + "metadata: &a { name: x }\n", "3 metadata anchors are not supported; write the value out where it is needed")]
    [InlineData(Head + "metadata: *a\n", "3 metadata aliases are not supported; write the value out")]
    [InlineData(Head + "metadata: !!map { }\n", "3 metadata tags are not supported; remove the one that begins with !")]
    [InlineData(Head + "metadata: { ? [ a ] : b }\n", "3 metadata a field's name must be plain text")]
    [InlineData(Head + "mode: Strict\nmode: Strict\n", "4 mode written twice, first on line 3; keep one")]
    [InlineData("just text", "1  a policy begins with apiVersion, kind, metadata and spec")]
    [InlineData("kind: Pod\napiVersion: v1\n", "1 kind must be one of RecordingPolicy, ClusterRecordingPolicy, RecordingStore, not \"Pod\"")]
    [InlineData("apiVersion: k8srecorder.io/v1alpha1\n", "1 kind is missing; write one of RecordingPolicy, ClusterRecordingPolicy, RecordingStore")]
    public void Text_that_is_no_policy_is_refused_with_its_line(string text, string problem) =>
        Assert.Contains(problem, PolicyFile.Parse(Encoding.UTF8.GetBytes(text), "a").Problems.Select(found => $"{found.Line} {found.Path} {found.Message}"));

    [Fact]
    public void Alias_bomb_is_refused_before_it_grows()
    {
        var bomb = "a: &a [ x, x ]\n" + string.Concat(Enumerable.Range('b', 20).Select(c => $"{(char)c}: &{(char)c} [ *{(char)(c - 1)}, *{(char)(c - 1)} ]\n"));

        var problem = Assert.Single(PolicyFile.Parse(Encoding.UTF8.GetBytes(bomb), "a").Problems);
        Assert.Equal((1, "a"), (problem.Line, problem.Path));
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Depth_is_bounded(char open) =>
        Assert.Contains("nested deeper than 32 levels", Assert.Single(PolicyFile.Parse(Encoding.UTF8.GetBytes(new string(open, 20_000)), "a").Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void File_of_more_than_a_mebibyte_is_refused() =>
        Assert.Equal("a: the file is larger than 1 MiB; split it", Assert.Single(PolicyFile.Parse(new byte[(1 << 20) + 1], "a").Problems).ToString());

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused() =>
        Assert.Equal("a: the file is not valid UTF-8; save it as UTF-8", Assert.Single(PolicyFile.Parse([0x61, 0xC3], "a").Problems).ToString());

    [Fact]
    public void Problems_beyond_a_hundred_are_counted()
    {
        var problems = PolicyFile.Parse(Encoding.UTF8.GetBytes(Head + string.Concat(Enumerable.Range(0, 500).Select(i => $"x{i}x: 1\n"))), "a").Problems;

        Assert.Equal((101, "and 400 more problems; mend these first"), (problems.Count, problems[^1].Message));
    }

    [Fact]
    public void What_a_file_says_is_shown_without_terminal_codes()
    {
        var problems = PolicyFile.Parse(Encoding.UTF8.GetBytes(Head + "\"\\e]0;x\\a\\u202E\": \"\"\nspec: { mode: \"\\e[2J\" }\n"), "a").Problems;

        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.DoesNotContain(problem.ToString(), c => char.IsControl(c) || c == '\u202E'));
    }

    [Fact]
    public void Json_is_read_as_the_yaml_it_is() =>
        Assert.Empty(PolicyText.Load("""{"apiVersion":"k8srecorder.io/v1alpha1","kind":"RecordingPolicy","metadata":{"name":"a"},"spec":{"targets":[{"name":"b","listen":"[::1]:80","protocol":"TCP","upstream":{"address":"[::2]:80"}}]}}""").Problems);

    [Fact]
    public void Second_policy_in_a_run_by_hand_is_refused() =>
        Assert.Contains("agents.yaml:9: kind: is a second policy; a run by hand takes one, so put it in a file of its own",
            PolicyText.Load(PolicyText.Least + "---\n" + PolicyText.Least.Replace("8080", "8081", StringComparison.Ordinal)).Problems.Select(problem => problem.ToString()));

    [Theory]
    [InlineData("")]
    [InlineData("---\n")]
    [InlineData("# nothing\n")]
    public void File_without_a_policy_is_refused(string text) =>
        Assert.Equal("agents.yaml: holds no RecordingPolicy; write one", Assert.Single(PolicyText.Load(text).Problems).ToString());
}
