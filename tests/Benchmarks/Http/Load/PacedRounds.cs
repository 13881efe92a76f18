using K8sRecorder.Benchmarks.Http.Cases;
using K8sRecorder.Benchmarks.Http.Peers;

namespace K8sRecorder.Benchmarks.Http.Load;

/// <summary>
/// What a proxy adds to the latency at half of its own full load: requests at that constant rate, over the proxy and directly in turn; the
/// difference of each pair of turns counts.
/// </summary>
internal sealed class PacedRounds(BenchCase work, int upstream, IReadOnlyList<Peer> peers, Report report)
{
    private readonly Dictionary<string, (double Rate, List<Latency> Direct, List<Latency> Through)> _turns = [];

    /// <summary>Responses that were had, by peer.</summary>
    public Dictionary<string, long> Done { get; } = [];

    public async Task RunAsync(LoadRounds load, int rounds, int seconds, CancellationToken ct)
    {
        var client = new ConstantRate(new RequestText(work));
        // mitmdump's latency says nothing that its speed does not.
        foreach (var peer in peers.Where(p => p.ProcessId is not null && p.Name != "mitmdump"))
        {
            var rate = Report.Median(load.Turns[peer.Name].Select(t => t.PerSecond)) / 2;
            _turns[peer.Name] = (rate, [], []);
            Done[peer.Name] = 0;
            if (rounds > 1)
                Done[peer.Name] += (await client.RunAsync(peer.Port, rate, TimeSpan.FromSeconds(1), ct)).Count;
        }
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (name, (rate, direct, through)) in _turns)
            {
                direct.Add(await client.RunAsync(upstream, rate, TimeSpan.FromSeconds(seconds), ct));
                through.Add(await client.RunAsync(peers.Single(p => p.Name == name).Port, rate, TimeSpan.FromSeconds(seconds), ct));
                Done[name] += through[^1].Count;
                report.Progress(
                    $"{work.Name} latency {round + 1}/{rounds} {name} at {rate:F0}/s: p50 {direct[^1].P50:F3} -> {through[^1].P50:F3} ms, "
                    + $"p99 {direct[^1].P99:F3} -> {through[^1].P99:F3} ms");
            }
        }
    }

    public void Lines()
    {
        foreach (var (name, (rate, direct, through)) in _turns)
        {
            var isOurs = name is "buffered" or "strict";
            Line(name, rate, "p50", direct, through, l => l.P50, isOurs ? Marks.AddedP50Milliseconds : null);
            Line(name, rate, "p99", direct, through, l => l.P99, isOurs ? Marks.AddedP99Milliseconds : null);
        }
    }

    private void Line(
        string name, double rate, string which, List<Latency> direct, List<Latency> through, Func<Latency, double> value, double? mark)
    {
        var added = through.Zip(direct, (a, b) => value(a) - value(b)).ToArray();
        var median = Report.Median(added);
        report.LessThan(
            $"{work.Name} {name}",
            $"added-{which}-ms={Report.Number(median, 3)} ({Report.Number(added.Min(), 3)}..{Report.Number(added.Max(), 3)}) "
            + $"direct={Report.Number(Report.Median(direct.Select(value)), 3)} at={Report.Number(rate, 0)}/s",
            median,
            mark);
    }
}
