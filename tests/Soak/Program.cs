using K8sRecorder.Soak.Memory;
using K8sRecorder.Soak.SidecarKill;
using K8sRecorder.Soak.WriterKill;

namespace K8sRecorder.Soak;

/// <summary>The long runs: <c>writer-kill</c> (the default) and the processes that it starts itself.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var verb = arguments.FirstOrDefault(a => !a.StartsWith('-')) ?? "writer-kill";
        if (verb == MemorySoak.Verb)
            return await MemorySoak.RunAsync(arguments.Where(a => a != verb), CancellationToken.None);
        if (verb == HttpsGet.Verb)
            return await HttpsGet.RunAsync(arguments[^1], CancellationToken.None);
        var options = SoakOptions.Parse(arguments);
        if (options is null)
        {
            await Console.Error.WriteLineAsync("usage: soak [writer-kill|sidecar-kill] [--kills N] [--seed N] [--kills-per-store N] [--parallel N] [--seconds N] [--mode Strict|Buffered|BestEffort] [--redirect] [--sidecar FILE]");
            return 3;
        }
        return verb switch
        {
            "writer-kill" => await new KillLoop(options).RunAsync(CancellationToken.None),
            SidecarKillLoop.Verb => await new SidecarKillLoop(options).RunAsync(CancellationToken.None),
            WriterProcess.Verb => await WriterProcess.RunAsync(options, Console.Out, CancellationToken.None),
            _ => 3,
        };
    }
}
