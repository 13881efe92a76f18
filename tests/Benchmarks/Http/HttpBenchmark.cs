using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using K8sRecorder.Benchmarks.Http.Cases;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>Ours beside the proxies that people would take otherwise: how much of their speed is left, and what is felt of it.</summary>
internal static class HttpBenchmark
{
    private const int Good = 0;
    private const int Below = 1;
    private const int Failed = 2;

    private static bool NeedsCases(HttpOptions options) => options.Parts.Contains("load") || options.Parts.Contains("latency");

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
            if (options.Parts.Contains("start"))
                await StartToReady.RunAsync(options.Sidecar, report, stop.Token);
            if (options.Parts.Contains("memory"))
                await IdleMemory.RunAsync(options, report, stop.Token);
            if (options.Parts.Contains("first-event"))
                await FirstEvent.RunAsync(options.Sidecar, report, stop.Token);
            foreach (var name in NeedsCases(options) ? options.Cases : [])
            {
                await using var run = new CaseRun(options, BenchCase.Named(name), report);
                await run.RunAsync(stop.Token);
            }
            return report.IsBelow ? Below : Good;
        }
        catch (Exception failure) when (
            failure is BenchmarkFailedException or IOException or SocketException or TimeoutException or InvalidOperationException or Win32Exception)
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
