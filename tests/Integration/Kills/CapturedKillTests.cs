using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.Kills;

/// <summary>
/// A slice of <c>make soak-kill ARGS=--redirect</c>: clients in a pod that know nothing of the recorder, with TLS and without, by IPv4 and
/// IPv6; Strict, then Buffered. A class of its own, as classes run side by side.
/// </summary>
public class CapturedKillTests
{
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
