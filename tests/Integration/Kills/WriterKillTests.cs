namespace K8sRecorder.Integration.Kills;

/// <summary>A slice of <c>make soak</c>, so that every change meets a few kills.</summary>
public class WriterKillTests
{
    [Fact]
    public async Task Twenty_kills_lose_nothing_that_was_acknowledged()
    {
        var seed = Random.Shared.Next(1, 1 << 24);
        var (exitCode, output, said) = await ToolProcess.RunAsync("K8sRecorder.Soak", "writer-kill", "--kills", "20", "--parallel", "2", "--seed", $"{seed}");
        Assert.True(exitCode == 0, said);
        Assert.Contains($"failures=0 seed={seed}", output, StringComparison.Ordinal);
    }
}
