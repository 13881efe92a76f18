using System.Diagnostics;

namespace K8sRecorder.Integration.Kills;

/// <summary>A slice of <c>make soak</c>, so that every change meets a few kills.</summary>
public class WriterKillTests
{
    [Fact]
    public async Task Twenty_kills_lose_nothing_that_was_acknowledged()
    {
        var seed = Random.Shared.Next(1, 1 << 24);
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "K8sRecorder.Soak"), ["writer-kill", "--kills", "20", "--parallel", "2", "--seed", $"{seed}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var soak = Process.Start(start)!;
        var output = soak.StandardOutput.ReadToEndAsync();
        var errors = soak.StandardError.ReadToEndAsync();
        await soak.WaitForExitAsync();
        Assert.True(soak.ExitCode == 0, $"{await output}{await errors}");
        Assert.Contains($"failures=0 seed={seed}", await output, StringComparison.Ordinal);
    }
}
