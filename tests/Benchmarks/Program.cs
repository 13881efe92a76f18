using K8sRecorder.Benchmarks.Store;

return args.FirstOrDefault() switch
{
    "store" => await StoreBenchmark.RunAsync(Console.Out),
    _ => await UsageAsync(),
};

static async Task<int> UsageAsync()
{
    await Console.Error.WriteLineAsync("usage: benchmarks store");
    return 3;
}
