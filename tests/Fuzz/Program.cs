using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Fuzz.Targets;

namespace K8sRecorder.Fuzz;

/// <summary>The fuzzer: <c>make fuzz ARGS="--target NAME|all --time 1h --seed N"</c>. See README.md.</summary>
internal static class Program
{
    private const int Usage = 3;

    private static async Task<int> Main(string[] args)
    {
        if (FuzzOptions.Parse(args, out var problem) is not { } options)
        {
            Console.Error.WriteLine("fuzz: " + problem);
            return Usage;
        }

        if (options.List)
        {
            foreach (var target in AllTargets.List)
                Console.WriteLine($"{target.Name,-10} {target.Subject}");
            return 0;
        }

        var wanted = options.Target == "all" ? AllTargets.List : [.. AllTargets.List.Where(t => options.Target.Split(',').Contains(t.Name))];
        if (wanted.Count == 0 || (wanted.Count > 1 && (options.IsWorker || options.Replay is not null)))
        {
            Console.Error.WriteLine("fuzz: no such target, or too many: --list names them");
            return Usage;
        }

        if (options.Replay is { } file)
            return Replay(wanted[0], file);
        if (!options.IsWorker)
            return await Campaign.RunAsync(options, wanted);
        using var worker = new Worker(wanted[0], options);
        return worker.Run() == 0 ? 0 : 1;
    }

    private static int Replay(FuzzTarget target, string file)
    {
        var outcome = new Executor(target, watchTime: true).Run(Findings.Read(file));
        Console.WriteLine(outcome.IsFinding ? $"{outcome.Kind}\n{outcome.Detail}" : "fine");
        return outcome.IsFinding ? 1 : 0;
    }
}
