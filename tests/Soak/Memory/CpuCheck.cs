using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Soak.Memory;

/// <summary>What an agent's model calls cost: a hundred recorded ones a second, CPU time counted from the first.</summary>
internal sealed class CpuCheck(MemoryOptions options, Verdicts verdicts)
{
    public const string Name = "cpu";

    private const int PerSecond = 100;
    private const double Mark = 5;

    public async Task RunAsync(CancellationToken ct)
    {
        if (CorporaFolder.Path is null)
        {
            verdicts.Say(Name, "the corpora are not here", "they are", false);
            return;
        }

        var calls = RecordedExchange.All().ToList();
        var bytes = calls.Sum(static c => (long)c.RequestBody.Length + c.ResponseWire.Length) / calls.Count;
        foreach (var mode in new[] { "Buffered", "Strict" })
        {
            await using var origin = new Origin(calls);
            await using var sidecar = await MeasuredSidecar.StartAsync(options.Sidecar, origin, mode);
            using var client = new CallClient(sidecar.Http, calls);
            var began = ProcessFigures.CpuTicks(sidecar.Id);
            var half = TimeSpan.FromSeconds(options.Seconds / 2.0);
            var answered = await client.RunAsync(PerSecond, half, ct);
            var middle = ProcessFigures.CpuTicks(sidecar.Id);
            answered += await client.RunAsync(PerSecond, half, ct);
            var ended = ProcessFigures.CpuTicks(sidecar.Id);
            var percent = Percent(ended - began, options.Seconds);
            verdicts.Say(
                $"{Name} {mode}",
                $"calls={answered} bytes/call={bytes} core={percent:F2}% first-half={Percent(middle - began, half.TotalSeconds):F2}% "
                + $"second-half={Percent(ended - middle, half.TotalSeconds):F2}% resident={Verdicts.Megabytes(ProcessFigures.Resident(sidecar.Id))}",
                $"<{Mark}%", percent < Mark);
            await sidecar.StopAsync();
        }
    }

    private static double Percent(long ticks, double seconds) => 100.0 * ticks / ProcessFigures.TicksPerSecond / seconds;
}
