namespace K8sRecorder.Soak.Memory;

/// <summary>What the recorder takes: memory, CPU, wake-ups, start. One line a check; the exit code says whether all are good.</summary>
internal static class MemorySoak
{
    public const string Verb = "memory";

    public static async Task<int> RunAsync(IEnumerable<string> arguments, CancellationToken ct)
    {
        if (MemoryOptions.Parse(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync(MemoryOptions.Usage);
            return 3;
        }

        var verdicts = new Verdicts(Console.Out);
        await Console.Error.WriteLineAsync($"memory: {options.Sidecar}");
        foreach (var (name, run) in new (string, Func<CancellationToken, Task>)[]
        {
            (FootprintCheck.Name, new FootprintCheck(options, verdicts).RunAsync),
            (FlatCheck.Name, new FlatCheck(options, verdicts).RunAsync),
            (BodiesCheck.Name, new BodiesCheck(options, verdicts).RunAsync),
            (CpuCheck.Name, new CpuCheck(options, verdicts).RunAsync),
            (IdleCheck.Name, new IdleCheck(options, verdicts).RunAsync),
            (DayCheck.Name, new DayCheck(options, verdicts).RunAsync),
        })
        {
            if (options.Wants(name))
                await run(ct);
        }

        return verdicts.Failed == 0 ? 0 : 1;
    }
}
