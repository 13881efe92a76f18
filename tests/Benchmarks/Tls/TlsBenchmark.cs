using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;
using K8sRecorder.Benchmarks.Http;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Benchmarks.Tls;

/// <summary>What an agent feels of its TLS being taken off and put on again, in Redirect mode: beside going straight, and beside HAProxy that does it too.</summary>
internal static class TlsBenchmark
{
    private const int Good = 0;
    private const int Below = 1;
    private const int Failed = 2;
    private const double FirstByteMark = 1.5;
    private const double DownloadMark = 0.6;

    /// <summary>0: every mark reached; 1: one was not; 2: the run is worth nothing.</summary>
    public static async Task<int> RunAsync(TlsOptions options)
    {
        var report = new Report(Console.Out, Console.Error, "tls");
        try
        {
            if (!File.Exists(options.Sidecar))
                throw new BenchmarkFailedException($"{options.Sidecar} is not there; make build makes it");
            if (NetworkPair.WhyAbsent is { } why)
                throw new BenchmarkFailedException($"it {why}");
            await using (var pod = await TlsPod.StartAsync(options.Sidecar, options.Megabytes, bodyLimit: null, CancellationToken.None))
            {
                FirstBytes(pod, options, report);
                await DownloadsAsync(pod, "download", DownloadMark, options, report);
                await CheckAsync(pod, (2 * options.Connections) + options.Rounds + 1, report);
            }
            await using (var pod = await TlsPod.StartAsync(options.Sidecar, options.Megabytes, $"{options.Megabytes + 1}Mi", CancellationToken.None))
            {
                await DownloadsAsync(pod, "download-all-recorded", null, options, report);
                await CheckAsync(pod, options.Rounds + 1, report);
            }
            return report.IsBelow ? Below : Good;
        }
        catch (Exception failure) when (
            failure is BenchmarkFailedException or IOException or SocketException or TimeoutException or InvalidOperationException or Win32Exception
                or AuthenticationException)
        {
            report.Note($"tls FAILED: {failure.Message}");
            return Failed;
        }
    }

    private static void FirstBytes(TlsPod pod, TlsOptions options, Report report)
    {
        TlsWay[] ways = [pod.Straight, pod.HaProxy, pod.Sidecar];
        var taken = ways.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < 2 * options.Connections; round++)
        {
            for (var i = 0; i < ways.Length; i++)
            {
                var milliseconds = ways[i].FirstByte();
                if (round >= options.Connections) // the first half is for compilers and caches
                    taken[i].Add(milliseconds);
            }
        }
        var straight = Report.Median(taken[0]);
        for (var i = 1; i < ways.Length; i++)
        {
            var added = Report.Median(taken[i]) - straight;
            report.LessThan(
                $"first-byte {ways[i].Name}",
                $"added-ms={Report.Number(added, 3)} straight={Report.Number(straight, 3)} p90={Report.Number(Percentile(taken[i], 0.9), 3)} "
                + $"straight-p90={Report.Number(Percentile(taken[0], 0.9), 3)} connections={options.Connections}",
                added, ways[i] == pod.Sidecar ? FirstByteMark : null);
        }
    }

    private static async Task DownloadsAsync(TlsPod pod, string what, double? mark, TlsOptions options, Report report)
    {
        TlsWay[] ways = [pod.Straight, pod.HaProxy, pod.Sidecar];
        var bytes = (long)options.Megabytes << 20;
        var rates = ways.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= options.Rounds; round++)
        {
            for (var i = 0; i < ways.Length; i++)
            {
                var way = ways[(round + i) % ways.Length];
                var rate = await way.DownloadAsync(bytes, CancellationToken.None);
                report.Progress($"{what} round {round}/{options.Rounds} {way.Name}: {Report.Number(rate, 0)} MB/s{(round == 0 ? ", not counted" : "")}");
                if (round > 0)
                    rates[Array.IndexOf(ways, way)].Add(rate);
            }
        }
        var ratios = rates[2].Zip(rates[1], (ours, theirs) => ours / theirs).ToList();
        var ratio = Report.Median(ratios);
        report.AtLeast(
            $"{what} haproxy",
            $"ratio={Report.Number(ratio)} ({Report.Number(ratios.Min())}..{Report.Number(ratios.Max())}) ours={Report.Number(Report.Median(rates[2]), 0)}MB/s "
            + $"haproxy={Report.Number(Report.Median(rates[1]), 0)}MB/s straight={Report.Number(Report.Median(rates[0]), 0)}MB/s megabytes={options.Megabytes}",
            ratio, mark);
    }

    private static async Task CheckAsync(TlsPod pod, long exchanges, Report report)
    {
        var recorded = await RecordedStore.CheckAsync(await pod.StopSidecarAsync(), exchanges, abandoned: 0, CancellationToken.None);
        report.Note($"tls done={exchanges} recorded={recorded} sound complete");
    }

    private static double Percentile(List<double> values, double share) => values.Order().ElementAt((int)(values.Count * share));
}
