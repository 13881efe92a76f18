using System.Globalization;
using K8sRecorder.Benchmarks.Http;
using K8sRecorder.Benchmarks.Http.Peers;
using K8sRecorder.Benchmarks.Store;
using K8sRecorder.Benchmarks.Tls;

return args.FirstOrDefault() switch
{
    "store" => await StoreBenchmark.RunAsync(Console.Out),
    "http" => HttpOptions.Parse(args[1..]) is { } options ? await HttpBenchmark.RunAsync(options) : await UsageAsync(),
    "tls" => TlsOptions.Parse(args[1..]) is { } options ? await TlsBenchmark.RunAsync(options) : await UsageAsync(),
    YarpPassThrough.Verb => await YarpPassThrough.RunAsync(Port(1), Port(2)),
    _ => await UsageAsync(),
};

int Port(int position) => int.Parse(args[position], CultureInfo.InvariantCulture);

static async Task<int> UsageAsync()
{
    await Console.Error.WriteLineAsync("usage: benchmarks store");
    await Console.Error.WriteLineAsync(HttpOptions.Usage);
    await Console.Error.WriteLineAsync(TlsOptions.Usage);
    return 3;
}
