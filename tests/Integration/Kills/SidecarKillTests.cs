using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.Kills;

/// <summary>A slice of <c>make soak-kill</c>, always the same one: ten kills over the three modes, keys kept and keys lost.</summary>
public class SidecarKillTests
{
    [Fact]
    public async Task Ten_kills_under_load_lose_nothing_that_is_not_named()
    {
        var (exitCode, output, said) = await ToolProcess.RunAsync(
            "K8sRecorder.Soak", "sidecar-kill", "--kills", "10", "--kills-per-store", "4", "--parallel", "2", "--seed", "20261121");
        Assert.True(exitCode == 0, said);
        var figures = output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("kills=10", figures);
        Assert.Contains("flips-found=3", figures);
        Assert.Contains("failures=0", figures);
    }

    /// <summary>The same in a pod: clients that know nothing of the recorder, with TLS and without, by IPv4 and IPv6; Strict, then Buffered.</summary>
    [NetworkFact]
    public async Task Kills_under_captured_connections_lose_nothing_that_is_not_named()
    {
        var (exitCode, output, said) = await ToolProcess.RunAsync(
            "K8sRecorder.Soak", "sidecar-kill", "--redirect", "--kills", "4", "--kills-per-store", "2", "--parallel", "2", "--seed", "20261122");
        Assert.True(exitCode == 0, said);
        var figures = output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("kills=4", figures);
        Assert.Contains("flips-found=2", figures);
        Assert.Contains("failures=0", figures);
        Assert.DoesNotContain("handshakes=0", figures);
    }
}
