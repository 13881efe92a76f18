using K8sRecorder.Benchmarks.Http.Cases;
using K8sRecorder.Benchmarks.Http.Load;
using K8sRecorder.Benchmarks.Http.Peers;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>One case from start to end: its upstream, its peers, the rounds, and the check of what was recorded.</summary>
internal sealed class CaseRun : IAsyncDisposable
{
    private readonly HttpOptions _options;
    private readonly BenchCase _work;
    private readonly Report _report;
    private readonly Upstream _upstream = new();
    private readonly List<Peer> _peers = [];

    public CaseRun(HttpOptions options, BenchCase work, Report report)
    {
        (_options, _work, _report) = (options, work, report);
        foreach (var name in options.Peers)
            _peers.Add(Create(name));
        _peers.Add(Create("buffered"));
    }

    public async Task RunAsync(CancellationToken ct)
    {
        await _upstream.StartAsync(_work, ct);
        foreach (var peer in _peers)
            await peer.StartAsync(_upstream.Port, ct);
        using var load = new LoadRounds(_work, _peers, _report);
        await load.RunAsync(_options.Rounds, _options.Seconds, _options.WarmUp, ct);
        await CheckRecordingsAsync(load, ct);
        foreach (var (name, turns) in load.Turns)
            TurnsLine(name, turns);
        RatioLines(load);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
            await peer.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private Peer Create(string name) => name switch
    {
        "direct" => new DirectPeer(_upstream.Port),
        "nginx" => new NginxPeer(),
        "haproxy" => new HaProxyPeer(),
        "yarp" => new YarpPeer(),
        "mitmdump" => new MitmdumpPeer(),
        "strict" => new SidecarPeer("Strict", _options.Sidecar),
        "buffered" => new SidecarPeer("Buffered", _options.Sidecar),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such peer"),
    };

    private async Task CheckRecordingsAsync(LoadRounds load, CancellationToken ct)
    {
        foreach (var sidecar in _peers.OfType<SidecarPeer>())
        {
            var done = load.Done[sidecar.Name];
            var recorded = await RecordedStore.CheckAsync(await sidecar.StopAsync(), done, load.Runs * Wrk.Connections, ct);
            _report.Note($"http {_work.Name} {sidecar.Name} done={done} recorded={recorded} sound complete");
        }
    }

    private void TurnsLine(string name, List<Turn> turns)
    {
        string MedianOf(Func<Turn, double> value, int digits = 0) => Report.Number(Report.Median(turns.Select(value)), digits);
        _report.Note(
            $"http {_work.Name} {name} rps={MedianOf(t => t.PerSecond)} ({Report.Number(turns.Min(t => t.PerSecond), 0)}..{Report.Number(turns.Max(t => t.PerSecond), 0)}) "
            + $"cpu-us-each={MedianOf(t => t.MicrosecondsEach)} backlog-s={MedianOf(t => t.Backlog, 1)} rss-mb={MedianOf(t => t.ResidentBytes / 1e6)}");
    }

    private void RatioLines(LoadRounds load)
    {
        foreach (var ours in _peers.OfType<SidecarPeer>().Reverse())
        {
            foreach (var (peer, turns) in load.Turns.Where(p => p.Key != "buffered" && p.Key != ours.Name))
            {
                var ratios = load.Turns[ours.Name].Zip(turns, (a, b) => a.PerSecond / b.PerSecond).ToArray();
                RatioLine(ours.Name == "buffered" ? peer : $"{peer} {ours.Name}", ratios, Marks.Ratio(_work.Name, peer));
            }
        }
    }

    private void RatioLine(string peer, double[] ratios, double? mark) =>
        _report.AtLeast(
            $"{_work.Name} {peer}",
            $"ratio={Report.Number(Report.Median(ratios))} ({Report.Number(ratios.Min())}..{Report.Number(ratios.Max())})",
            Report.Median(ratios),
            mark);
}
