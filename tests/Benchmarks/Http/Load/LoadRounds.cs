using System.Diagnostics;
using K8sRecorder.Benchmarks.Http.Cases;
using K8sRecorder.Benchmarks.Http.Peers;

namespace K8sRecorder.Benchmarks.Http.Load;

/// <summary>
/// Full load on one peer after the other, round by round, so that what else the machine does meets all of them alike. A turn begins when
/// nobody is at work any more: what a recorder still has to do after the last answer is not paid for by the next in line.
/// </summary>
internal sealed class LoadRounds(BenchCase work, IReadOnlyList<Peer> peers, Report report) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(10); // one tick of the kernel's clock
    private readonly Wrk _wrk = new(work);

    /// <summary>Every turn of each peer, in order of the rounds.</summary>
    public IReadOnlyDictionary<string, List<Turn>> Turns { get; } = peers.ToDictionary(p => p.Name, _ => new List<Turn>());

    /// <summary>Responses that were had in full, by peer, warming up included.</summary>
    public Dictionary<string, long> Done { get; } = peers.ToDictionary(p => p.Name, _ => 0L);

    /// <summary>How many times load was stopped, and with it what was under way on each connection.</summary>
    public int Runs { get; private set; }

    public async Task RunAsync(int rounds, int seconds, int warmUp, CancellationToken ct)
    {
        if (warmUp > 0)
            foreach (var peer in peers.Where(p => p.ProcessId is not null))
                await TurnAsync(peer, warmUp, ct);
        Runs += warmUp > 0 ? 1 : 0;
        for (var round = 0; round < rounds; round++)
        {
            // Each round begins with another one, so that nobody always follows the same neighbour.
            foreach (var peer in peers.Skip(round % peers.Count).Concat(peers.Take(round % peers.Count)))
            {
                var turn = await TurnAsync(peer, seconds, ct);
                Turns[peer.Name].Add(turn);
                report.Progress(
                    $"{work.Name} round {round + 1}/{rounds} {peer.Name}: {turn.PerSecond:F0}/s, {turn.MicrosecondsEach:F0} us each, "
                    + $"backlog {turn.Backlog:F1} s, {turn.ResidentBytes / 1e6:F0} MB");
            }
            Runs++;
        }
    }

    public void Dispose() => _wrk.Dispose();

    private async Task<Turn> TurnAsync(Peer peer, int seconds, CancellationToken ct)
    {
        var before = peer.ProcessId is { } id ? ProcessTree.ProcessorTime(id) : default;
        var load = _wrk.RunAsync(peer.Port, seconds, ct);
        var most = 0L;
        while (await Task.WhenAny(load, Task.Delay(Look, ct)) != load)
            most = Math.Max(most, peer.ProcessId is { } process ? ProcessTree.ResidentBytes(process) : 0);
        var result = await load;
        Done[peer.Name] += result.Requests;
        var watch = Stopwatch.StartNew();
        await UntilQuietAsync(ct);
        var backlog = Math.Max(0, watch.Elapsed.TotalSeconds - 2 * Look.TotalSeconds);
        var spent = peer.ProcessId is { } again ? ProcessTree.ProcessorTime(again) - before : default;
        return new Turn(result.PerSecond, spent.TotalMicroseconds / result.Requests, backlog, most);
    }

    private async Task UntilQuietAsync(CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        for (var quiet = 0; quiet < 2;)
        {
            var before = Spent();
            await Task.Delay(Look, ct);
            quiet = Spent() - before <= Quiet ? quiet + 1 : 0;
            if (watch.Elapsed > Patience)
                throw new BenchmarkFailedException($"somebody still works {Patience.TotalSeconds:F0} s after the load has ended");
        }
    }

    private TimeSpan Spent() =>
        peers.Aggregate(TimeSpan.Zero, (sum, peer) => sum + (peer.ProcessId is { } id ? ProcessTree.ProcessorTime(id) : default));
}
