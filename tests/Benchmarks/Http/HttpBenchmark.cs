using System.Runtime.InteropServices;
using K8sRecorder.Benchmarks.Http.Cases;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>Ours beside the proxies that people would take otherwise: how much of their speed is left, and what is felt of it.</summary>
internal static class HttpBenchmark
{
    private const int Good = 0;
    private const int Below = 1;
    private const int Failed = 2;

    /// <summary>0: every mark reached; 1: one was not; 2: the run is worth nothing.</summary>
    public static async Task<int> RunAsync(HttpOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var report = new Report(Console.Out, Console.Error);
        try
        {
            if (!File.Exists(options.Sidecar))
                throw new BenchmarkFailedException($"{options.Sidecar} is not there; make build makes it");
            foreach (var name in options.Cases)
            {
                await using var run = new CaseRun(options, BenchCase.Named(name), report);
                await run.RunAsync(stop.Token);
            }
            return report.IsBelow ? Below : Good;
        }
        catch (BenchmarkFailedException failure)
        {
            report.Note($"http FAILED: {failure.Message}");
            return Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            report.Note("http FAILED: stopped");
            return Failed;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true; // the servers are ended first
            stop.Cancel();
        }
    }
}
