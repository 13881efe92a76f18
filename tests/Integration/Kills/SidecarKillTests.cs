using System.Diagnostics;

namespace K8sRecorder.Integration.Kills;

/// <summary>A slice of <c>make soak-kill</c>, always the same one: ten kills over the three modes, keys kept and keys lost.</summary>
public class SidecarKillTests
{
    [Fact]
    public async Task Ten_kills_under_load_lose_nothing_that_is_not_named()
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "K8sRecorder.Soak"),
            ["sidecar-kill", "--kills", "10", "--kills-per-store", "4", "--parallel", "2", "--seed", "20261121"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var soak = Process.Start(start)!;
        var output = soak.StandardOutput.ReadToEndAsync();
        var errors = soak.StandardError.ReadToEndAsync();
        await soak.WaitForExitAsync();
        Assert.True(soak.ExitCode == 0, $"{await output}{await errors}");
        var figures = (await output).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("kills=10", figures);
        Assert.Contains("flips-found=3", figures);
        Assert.Contains("failures=0", figures);
    }
}
