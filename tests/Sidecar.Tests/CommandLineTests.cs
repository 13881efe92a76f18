using K8sRecorder.Sidecar.Startup;

namespace K8sRecorder.Sidecar.Tests;

/// <summary>What is wrong with a command line is said, all of it.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void Complete_line_is_taken()
    {
        var problems = new List<string>();
        var line = CommandLine.Read(["--policy", "p.yaml", "--store=file:///s", "--spool", "/sp"], null, problems);

        Assert.Empty(problems);
        Assert.Equal(("p.yaml", "file:///s", "/sp"), (line!.Policy, line.Store, line.Spool));
    }

    [Fact]
    public void Every_problem_is_named()
    {
        var problems = new List<string>();

        Assert.Null(CommandLine.Read(["--polcy", "x", "--spool", "a", "--spool", "b", "--keys"], null, problems));
        Assert.Equal(
            ["--polcy: there is no such option", "x: there is no such option", "--spool: given twice", "--keys: its value is missing", "--policy: is required", "--store: is required"],
            problems);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(31, false)]
    [InlineData(0, false)]
    public void Tag_key_is_32_bytes(int length, bool isKey) => Assert.Equal(isKey, TagKey.Parse(new byte[length]) is not null);

    [Fact]
    public void Tag_key_in_hexadecimal_is_the_same_key()
    {
        var raw = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();

        Assert.Equal(TagKey.Parse(raw)!.Id, TagKey.Parse(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(raw) + "\n"))!.Id);
    }
}
