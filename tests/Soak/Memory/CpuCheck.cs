using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Soak.Memory;

/// <summary>
/// What an agent's model calls cost: a hundred recorded ones a second. Counted is what it goes on costing; the first half minute, in which the
/// runtime compiles again what is used most, is said beside it.
/// </summary>
internal sealed class CpuCheck(MemoryOptions options, Verdicts verdicts)
{
    public const string Name = "cpu";

    private const int PerSecond = 100;
    private const double Mark = 5;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

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
            var answered = await client.RunAsync(PerSecond, WarmUp, ct);
            var warm = ProcessFigures.CpuTicks(sidecar.Id);
            answered += await client.RunAsync(PerSecond, TimeSpan.FromSeconds(options.Seconds), ct);
            var percent = Percent(ProcessFigures.CpuTicks(sidecar.Id) - warm, options.Seconds);
            verdicts.Say(
                $"{Name} {mode}",
                $"calls={answered} bytes/call={bytes} core={percent:F2}% first-half-minute={Percent(warm - began, WarmUp.TotalSeconds):F2}% "
                + $"resident={Verdicts.Megabytes(ProcessFigures.Resident(sidecar.Id))}",
                $"<{Mark}%", percent < Mark);
            await sidecar.StopAsync();
        }
    }

    private static double Percent(long ticks, double seconds) => 100.0 * ticks / ProcessFigures.TicksPerSecond / seconds;
}
