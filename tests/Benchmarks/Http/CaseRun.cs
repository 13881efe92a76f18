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
        foreach (var name in options.Peers.Append("buffered"))
            _peers.Add(PeerList.Create(name, _upstream.Port, options.Sidecar));
    }

    public async Task RunAsync(CancellationToken ct)
    {
        await _upstream.StartAsync(_work, ct);
        foreach (var peer in _peers)
            await peer.StartAsync(_upstream.Port, ct);
        await new Probe(_work).RunAsync(_upstream.Port, _peers, ct);
        using var load = new LoadRounds(_work, _peers, _report);
        await load.RunAsync(_options.Rounds, _options.Seconds, _options.WarmUp, ct);
        var paced = new PacedRounds(_work, _upstream.Port, _peers, _report);
        if (_options.Parts.Contains("latency"))
            await paced.RunAsync(load, _options.Rounds, _options.Seconds, ct);
        await CheckRecordingsAsync(load, paced, ct);
        foreach (var (name, turns) in load.Turns)
            TurnsLine(name, turns);
        RatioLines(load);
        paced.Lines();
        if (_options.Parts.Contains("memory"))
            MemoryLines(load);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
            await peer.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private async Task CheckRecordingsAsync(LoadRounds load, PacedRounds paced, CancellationToken ct)
    {
        foreach (var sidecar in _peers.OfType<SidecarPeer>())
        {
            var done = load.Done[sidecar.Name] + paced.Done.GetValueOrDefault(sidecar.Name) + _work.Requests.Count;
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

    /// <summary>The most that a peer was seen with under load; ours has a mark.</summary>
    private void MemoryLines(LoadRounds load)
    {
        foreach (var peer in _peers.Where(p => p.ProcessId is not null))
        {
            var most = load.Turns[peer.Name].Max(t => t.ResidentBytes) / 1e6;
            _report.LessThan(
                $"{_work.Name} {peer.Name}", $"rss-full-load-mb={Report.Number(most, 0)}", most, peer is SidecarPeer ? Marks.FullLoadMegabytes : null);
        }
    }

    /// <summary>Ours to each peer, <c>Buffered</c> and then <c>Strict</c>; of ours to one another, <c>Strict</c> to <c>Buffered</c>.</summary>
    private void RatioLines(LoadRounds load)
    {
        var peers = load.Turns.Keys.Where(name => name is not ("buffered" or "strict")).ToList();
        foreach (var peer in peers)
            RatioLine(peer, load.Turns["buffered"], load.Turns[peer], Marks.Ratio(_work.Name, peer));
        if (!load.Turns.TryGetValue("strict", out var strict))
            return;
        RatioLine("strict", strict, load.Turns["buffered"], null);
        foreach (var peer in peers)
            RatioLine($"strict/{peer}", strict, load.Turns[peer], Marks.Ratio(_work.Name, peer));
    }

    private void RatioLine(string peer, List<Turn> ours, List<Turn> theirs, double? mark)
    {
        var ratios = ours.Zip(theirs, (a, b) => a.PerSecond / b.PerSecond).ToArray();
        var median = Report.Median(ratios);
        _report.AtLeast(
            $"{_work.Name} {peer}", $"ratio={Report.Number(median)} ({Report.Number(ratios.Min())}..{Report.Number(ratios.Max())})", median, mark);
    }
}
