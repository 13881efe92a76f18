using K8sRecorder.Sidecar.Init;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Init;

/// <summary>The text that is loaded, whole: tests/Sidecar.Tests/Init/*.nft. After a change that is meant: RECORDER_GOLDEN=write.</summary>
public sealed class RedirectRulesTests
{
    [Theory]
    [InlineData("record.nft", "eth0", "")]
    [InlineData("pass.nft", "eth0,net1", "--inbound=pass")]
    [InlineData("own-ports.nft", "", "--own-port=15021,15090 --uid=1000 --tcp-port=16001 --dns-port=16053 --inbound-port=16006")]
    public void Rules_are_the_golden_ones(string golden, string interfaces, string arguments)
    {
        var options = InitOptions.Read(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), [])!;
        var rules = RedirectRules.Inet(options) + RedirectRules.Egress(options, interfaces.Split(',', StringSplitOptions.RemoveEmptyEntries));
        var file = RepositoryRoot.File($"tests/Sidecar.Tests/Init/{golden}");
        if (Environment.GetEnvironmentVariable("RECORDER_GOLDEN") == "write")
            File.WriteAllText(file, rules);

        Assert.Equal(File.ReadAllText(file), rules);
    }

    [Theory]
    [InlineData("eth0", true)]
    [InlineData("eth0.100@if3", true)]
    [InlineData("a\"b", false)]
    [InlineData("a\\b", false)]
    [InlineData("a\nb", false)]
    public void Name_that_would_end_its_quotes_is_not_used(string name, bool can) => Assert.Equal(can, Interfaces.CanBeNamed(name));

    [Theory]
    [InlineData("Error: cache initialization failed: Operation not permitted", "it takes CAP_NET_ADMIN")]
    [InlineData("Error: cache initialization failed: Protocol not supported", "this kernel lacks")]
    [InlineData("/dev/stdin:3:1-2: Error: Could not process rule: No such file or directory\nmore", "this kernel lacks")]
    [InlineData("Error: syntax error", "nft did not take the rules (nft: Error: syntax error)")]
    public void Refusal_is_explained(string said, string explained) => Assert.StartsWith(explained, Installation.Explain(said), StringComparison.Ordinal);
}
