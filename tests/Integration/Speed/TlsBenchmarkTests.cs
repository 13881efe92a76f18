using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.Speed;

/// <summary>A slice of <c>make bench-tls</c>, so that it works on the day when somebody wants to know. How fast anything is, is not asked.</summary>
public class TlsBenchmarkTests
{
    [NetworkFact]
    public async Task Benchmark_measures_beside_haproxy_and_finds_every_exchange_recorded()
    {
        var (exitCode, output, said) = await ToolProcess.RunAsync(
            "K8sRecorder.Benchmarks", "tls", "--connections", "3", "--rounds", "1", "--megabytes", "8",
            "--sidecar", Path.Combine(AppContext.BaseDirectory, "k8srecorder-sidecar"));
        Assert.True(exitCode is 0 or 1, output + said);
        Assert.Contains("tls first-byte sidecar added-ms=", output, StringComparison.Ordinal);
        Assert.Contains("tls download haproxy ratio=", output, StringComparison.Ordinal);
        Assert.Equal(2, output.Split("sound complete").Length - 1);
    }
}
