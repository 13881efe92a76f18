namespace K8sRecorder.Soak.Memory;

/// <summary>Memory stays where it is: what is resident after a million small requests is what was resident after the first hundred thousand.</summary>
internal sealed class FlatCheck(MemoryOptions options, Verdicts verdicts)
{
    public const string Name = "flat";

    private const int Connections = 32;
    private const double Mark = 1.10;

    public async Task RunAsync(CancellationToken ct)
    {
        await using var origin = new Origin();
        await using var sidecar = await MeasuredSidecar.StartAsync(options.Sidecar, origin);
        var load = new SmallLoad(sidecar.Http, sidecar.Tcp);
        var first = options.Requests / 10;
        var time = await load.RunAsync(first, Connections, ct);
        var before = await SeenAsync(sidecar, ct);
        time += await load.RunAsync(options.Requests - first, Connections, ct);
        var after = await SeenAsync(sidecar, ct);
        var ratio = (double)after.Resident / before.Resident;
        verdicts.Say(
            Name + " resident",
            $"after={first} {Verdicts.Megabytes(before.Resident)} after={options.Requests} {Verdicts.Megabytes(after.Resident)} ratio={ratio:F3} "
            + $"peak={Verdicts.Megabytes(ProcessFigures.Peak(sidecar.Id))} rate={options.Requests / time.TotalSeconds:F0}/s raw={load.RawConnections}",
            $"ratio<={Mark:F2}", ratio <= Mark);

        // 8 MB: the table of known parts is full only after a while, and the collector lets a heap breathe
        verdicts.Say(
            Name + " managed", $"after={first} {Verdicts.Megabytes(before.Heap)} after={options.Requests} {Verdicts.Megabytes(after.Heap)}",
            "growth<=8MB", after.Heap - before.Heap <= 8 << 20);
        verdicts.Say(Name + " series", $"after={first} {before.Series} after={options.Requests} {after.Series}", "equal", after.Series == before.Series);
        verdicts.Say(
            Name + " spool", $"after={first} {before.Waiting} entries after={options.Requests} {after.Waiting} entries", "<=16", after.Waiting <= 16);
        await sidecar.StopAsync();
    }

    private static async Task<Seen> SeenAsync(MeasuredSidecar sidecar, CancellationToken ct)
    {
        await Task.Delay(2000, ct);
        return new Seen(
            ProcessFigures.Resident(sidecar.Id), (long)await sidecar.MetricAsync("recorder_memory_heap_bytes"), await sidecar.SeriesAsync(),
            (long)await sidecar.MetricAsync("recorder_spool_waiting"));
    }

    private readonly record struct Seen(long Resident, long Heap, int Series, long Waiting);
}
