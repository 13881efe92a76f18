using K8sRecorder.Sidecar.Init;

namespace K8sRecorder.Sidecar.Tests.Init;

/// <summary>What is wrong with init's command line is said, all of it.</summary>
public sealed class InitOptionsTests
{
    [Fact]
    public void Defaults_are_the_documented_ones()
    {
        var options = InitOptions.Read([], [])!;

        Assert.Equal((64532u, 15001, 15053, 15006), (options.Uid, options.TcpPort, options.DnsPort, options.InboundPort));
        Assert.True(options.RecordInbound);
        Assert.False(options.Print || options.Validate || options.Json || options.AgentsWithoutNetRaw);
    }

    [Fact]
    public void Every_option_is_taken_in_either_form()
    {
        var options = InitOptions.Read(
            ["--uid=700", "--tcp-port", "1", "--dns-port=2", "--inbound-port", "3", "--own-port=4,5", "--inbound", "pass", "--nft=/x", "--validate", "-o", "json", "--agents-without-net-raw"],
            [])!;

        Assert.Equal((700u, 1, 2, 3), (options.Uid, options.TcpPort, options.DnsPort, options.InboundPort));
        Assert.Equal([4, 5], options.OwnPorts);
        Assert.Equal("/x", options.Nft);
        Assert.True(!options.RecordInbound && options.Validate && options.Json && options.AgentsWithoutNetRaw);
    }

    [Theory]
    [InlineData("--uid=0", "--uid: must be a uid, and not root's")]
    [InlineData("--uid=4294967295", "--uid: must be a uid, and not root's")]
    [InlineData("--tcp-port=65536", "--tcp-port: must be a port from 1 to 65535, and not 53")]
    [InlineData("--dns-port=53", "--dns-port: must be a port from 1 to 65535, and not 53")]
    [InlineData("--own-port=1,", "--own-port: must be a port from 1 to 65535, and not 53")]
    [InlineData("--tcp-port=15053", "every port of the recorder must be another one")]
    [InlineData("--inbound=deny", "--inbound: must be record or pass")]
    [InlineData("--print=1", "--print: takes no value")]
    [InlineData("--inbound", "--inbound: its value is missing")]
    [InlineData("--what=1", "--what: there is no such option")]
    [InlineData("x; flush ruleset", "x; flush ruleset: there is no such option")]
    public void Problem_is_named(string argument, string problem)
    {
        var problems = new List<string>();

        Assert.Null(InitOptions.Read([argument], problems));
        Assert.Equal([problem], problems);
    }

    [Fact]
    public void Every_problem_is_named()
    {
        var problems = new List<string>();

        Assert.Null(InitOptions.Read(["--print", "--validate", "--print", "--uid", "root"], problems));
        Assert.Equal(["--print: given twice", "--uid: must be a uid, and not root's", "--print and --validate: one of them"], problems);
    }
}
