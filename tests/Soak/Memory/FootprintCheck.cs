namespace K8sRecorder.Soak.Memory;

/// <summary>What the sidecar takes of a pod: from start to ready, idle, under full load, after it, and with thousands of idle connections.</summary>
internal sealed class FootprintCheck(MemoryOptions options, Verdicts verdicts)
{
    public const string Name = "footprint";

    private const string Start = "start";
    private const string Load = "load";
    private const string Open = "connections";

    private const int Connections = 32;
    private const int IdleConnections = 5000;
    private const int MarkStartMilliseconds = 300;
    private const long MarkIdle = 64 << 20;
    private const long MarkLoad = 128 << 20;

    public async Task RunAsync(CancellationToken ct)
    {
        if (options.Wants(Name, Start))
            await StartAsync(ct);
        if (options.Wants(Name, Load))
        {
            foreach (var mode in new[] { "Buffered", "Strict" })
                await LoadAsync(mode, ct);
        }

        if (options.Wants(Name, Open))
            await ConnectionsAsync(ct);
    }

    private async Task StartAsync(CancellationToken ct)
    {
        await using var origin = new Origin();
        var (starts, resident, anonymous) = (new List<double>(), new List<long>(), 0L);
        for (var i = 0; i < options.Starts; i++)
        {
            await using var sidecar = await MeasuredSidecar.StartAsync(options.Sidecar, origin);
            starts.Add(sidecar.ReadyAfter.TotalMilliseconds);
            await Task.Delay(500, ct);
            resident.Add(ProcessFigures.Resident(sidecar.Id));
            anonymous = ProcessFigures.Anonymous(sidecar.Id);
            await sidecar.StopAsync();
        }

        starts.Sort();
        resident.Sort();
        var (start, idle) = (starts[starts.Count / 2], resident[resident.Count / 2]);
        verdicts.Say(
            $"{Name} {Start}", $"median={start:F0}ms of {starts.Count} fastest={starts[0]:F0}ms slowest={starts[^1]:F0}ms",
            $"<{MarkStartMilliseconds}ms", start < MarkStartMilliseconds);
        verdicts.Say(
            Name + " idle", $"resident={Verdicts.Megabytes(idle)} of it anonymous={Verdicts.Megabytes(anonymous)}",
            $"<{Verdicts.Megabytes(MarkIdle)}", idle < MarkIdle);
    }

    private async Task LoadAsync(string mode, CancellationToken ct)
    {
        await using var origin = new Origin();
        await using var sidecar = await MeasuredSidecar.StartAsync(options.Sidecar, origin, mode);
        var requests = Math.Min(options.Requests, 100_000);
        var time = await new SmallLoad(sidecar.Http, sidecar.Tcp).RunAsync(requests, Connections, ct);
        var (peak, now, files) = (ProcessFigures.Peak(sidecar.Id), ProcessFigures.Resident(sidecar.Id), ProcessFigures.Files(sidecar.Id));
        if (!options.IsSlice)
            await Task.Delay(TimeSpan.FromSeconds(options.Seconds), ct);
        var left = ProcessFigures.Resident(sidecar.Id);
        verdicts.Say(
            $"{Name} {Load} {mode}",
            $"peak={Verdicts.Megabytes(peak)} at-end={Verdicts.Megabytes(now)} of it files={Verdicts.Megabytes(files)} later={Verdicts.Megabytes(left)} connections={Connections} rate={requests / time.TotalSeconds:F0}/s",
            $"peak<{Verdicts.Megabytes(MarkLoad)}", peak < MarkLoad);
        await sidecar.StopAsync();
    }

    private async Task ConnectionsAsync(CancellationToken ct)
    {
        await using var origin = new Origin();
        await using var sidecar = await MeasuredSidecar.StartAsync(options.Sidecar, origin);
        var count = options.IsSlice ? IdleConnections / 10 : IdleConnections;
        var open = new List<HttpWire>(count);
        try
        {
            for (var i = 0; i < count; i++)
            {
                var wire = await HttpWire.ConnectAsync(sidecar.Http, ct);
                open.Add(wire);
                await wire.SendAsync("GET /small/idle HTTP/1.1\r\nHost: orders\r\n\r\n"u8.ToArray(), ct);
                await wire.ReadHeadAsync(ct);
                await wire.ReadBodyAsync(null, ct);
            }

            await Task.Delay(1000, ct);
            var resident = ProcessFigures.Resident(sidecar.Id);
            verdicts.Say(
                $"{Name} {Open}", $"open={count} resident={Verdicts.Megabytes(resident)} peak={Verdicts.Megabytes(ProcessFigures.Peak(sidecar.Id))}",
                $"<{Verdicts.Megabytes(MarkLoad)}", resident < MarkLoad);
        }
        finally
        {
            foreach (var wire in open)
                wire.Dispose();
        }

        await sidecar.StopAsync();
    }
}
