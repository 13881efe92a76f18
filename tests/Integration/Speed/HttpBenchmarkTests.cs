namespace K8sRecorder.Integration.Speed;

/// <summary>A slice of <c>make bench-http</c>, so that it works on the day when somebody wants to know. How fast anything is, is not asked.</summary>
public class HttpBenchmarkTests
{
    [Fact]
    public async Task Benchmark_measures_a_second_beside_nginx_and_finds_every_exchange_recorded()
    {
        var (exitCode, output, said) = await ToolProcess.RunAsync(
            "K8sRecorder.Benchmarks", "http", "--case", "post", "--peer", "nginx", "--rounds", "1", "--seconds", "1", "--warm-up", "0",
            "--sidecar", Path.Combine(AppContext.BaseDirectory, "k8srecorder-sidecar"));
        Assert.True(exitCode is 0 or 1, said);
        Assert.Contains("http post nginx ratio=", output, StringComparison.Ordinal);
        Assert.Matches("http post buffered done=[1-9][0-9]* recorded=[1-9][0-9]* sound complete", output);
    }
}
