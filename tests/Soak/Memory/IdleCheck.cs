namespace K8sRecorder.Soak.Memory;

/// <summary>Nothing is spent on nothing: after traffic, with a hundred agents' connections open, the process sleeps.</summary>
internal sealed class IdleCheck(MemoryOptions options, Verdicts verdicts)
{
    public const string Name = "idle";

    private const int Connections = 100;
    private const int Requests = 5000;
    private const int MarkTicks = 2;
    private const double MarkWakeUps = 10;

    public async Task RunAsync(CancellationToken ct)
    {
        await using var origin = new Origin();
        await using var sidecar = await MeasuredSidecar.StartAsync(options.Sidecar, origin, more: "  spool: { flushInterval: 5s }");
        await new SmallLoad(sidecar.Http, sidecar.Tcp).RunAsync(Requests, 8, ct);
        var open = new List<HttpWire>();
        try
        {
            for (var i = 0; i < Connections; i++)
                open.Add(await OpenAsync(sidecar, ct));
            await UntilQuietAsync(sidecar, ct);
            var (spool, heads) = (SpoolOf(sidecar), await sidecar.MetricAsync("recorder_heads_signed"));
            await Task.Delay(2000, ct); // what answering the question about the heads woke has gone to sleep
            var (ticks, wakes) = (ProcessFigures.CpuTicks(sidecar.Id), ProcessFigures.WakeUps(sidecar.Id));
            await Task.Delay(TimeSpan.FromSeconds(options.Seconds), ct);
            ticks = ProcessFigures.CpuTicks(sidecar.Id) - ticks;
            var wakesPerSecond = (double)ProcessFigures.WakeUpsSince(sidecar.Id, wakes) / options.Seconds;
            verdicts.Say(Name + " cpu", $"ticks={ticks} in {options.Seconds}s, {Connections} connections open", $"<={MarkTicks}", ticks <= MarkTicks);
            verdicts.Say(Name + " wake-ups", $"{wakesPerSecond:F1}/s threads={ProcessFigures.Threads(sidecar.Id)}", $"<={MarkWakeUps}/s", wakesPerSecond <= MarkWakeUps);
            var after = SpoolOf(sidecar);
            verdicts.Say(Name + " spool", $"before={spool} after={after}", "equal", spool == after);
            var signed = await sidecar.MetricAsync("recorder_heads_signed") - heads;
            verdicts.Say(Name + " heads", $"signed={signed}", "0", signed == 0);
        }
        finally
        {
            foreach (var wire in open)
                wire.Dispose();
        }

        await sidecar.StopAsync();
    }

    private static async Task<HttpWire> OpenAsync(MeasuredSidecar sidecar, CancellationToken ct)
    {
        var wire = await HttpWire.ConnectAsync(sidecar.Http, ct);
        await wire.SendAsync("GET /small/idle HTTP/1.1\r\nHost: orders\r\n\r\n"u8.ToArray(), ct);
        await wire.ReadHeadAsync(ct);
        await wire.ReadBodyAsync(null, ct);
        return wire;
    }

    /// <summary>All is sealed and shipped: the spool was the same for longer than any of its clocks.</summary>
    private static async Task UntilQuietAsync(MeasuredSidecar sidecar, CancellationToken ct)
    {
        var (last, since) = (SpoolOf(sidecar), TimeProvider.System.GetTimestamp());
        while (TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(12))
        {
            await Task.Delay(500, ct);
            var now = SpoolOf(sidecar);
            if (now != last)
                (last, since) = (now, TimeProvider.System.GetTimestamp());
        }
    }

    /// <summary>Names and sizes of everything in the spool.</summary>
    private static string SpoolOf(MeasuredSidecar sidecar) => string.Join(
        ' ', new DirectoryInfo(sidecar.SpoolFolder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(static file => $"{file.Name[^Math.Min(file.Name.Length, 10)..]}:{file.Length}").Order(StringComparer.Ordinal));
}
