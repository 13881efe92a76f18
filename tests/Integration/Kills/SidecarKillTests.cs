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
}
