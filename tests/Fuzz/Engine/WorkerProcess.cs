using System.Diagnostics;
using System.Globalization;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>A worker seen from outside: started again where an input kills it, ended where one keeps it for ever.</summary>
internal sealed class WorkerProcess(FuzzTarget target, FuzzOptions options, string program)
{
    private const int MostDeaths = 20;
    private const string HeapLimit = "0x40000000";
    private static readonly TimeSpan Endless = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(0.5);

    private readonly Findings _findings = new(options.FindingsOf(target.Name), target.Name);

    /// <summary>Runs the target for its time; whether nothing was found.</summary>
    public async Task<bool> RunAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var isFine = true;
        for (var deaths = 0; deaths < MostDeaths; deaths++)
        {
            // Of processor time a dead worker cannot say what it used: the next one begins anew.
            var left = options.Time - (options.IsProcessorTime ? TimeSpan.Zero : Stopwatch.GetElapsedTime(started));
            if (deaths > 0 && left < TimeSpan.FromSeconds(1))
                break;
            using var current = new CurrentInput(options.CurrentOf(target.Name), target.MaxLength);
            using var process = Start(left, options.Seed + deaths);
            var isEndless = await WatchAsync(process, current);
            if (!isEndless && process.ExitCode is 0 or 1)
                return isFine && process.ExitCode == 0;
            isFine = false;
            var kind = isEndless ? "endless" : string.Create(CultureInfo.InvariantCulture, $"died with {process.ExitCode}");
            if (!_findings.IsNew(kind))
                continue;
            _findings.Add(current.Get(), new Outcome(kind, "the worker's process did not survive the input; its output is above"));
        }

        return isFine;
    }

    private Process Start(TimeSpan time, int seed)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) != "dotnet")
            info.FileName = "dotnet";
        foreach (var word in (string[])
            [
                program, "--worker", "--target", target.Name, "--folder", options.Folder,
                "--time", ((int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture) + "s",
                "--seed", seed.ToString(CultureInfo.InvariantCulture),
            ])
            info.ArgumentList.Add(word);
        if (options.IsCoverage)
            info.ArgumentList.Add("--coverage");
        if (options.IsProcessorTime)
            info.ArgumentList.Add("--cpu");
        info.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        info.Environment["DOTNET_gcServer"] = "0";
        info.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(info)!;
    }

    /// <summary>Waits for the end; true where it had to be killed. Processor time counts, so a worker that is paused is not taken for endless.</summary>
    private static async Task<bool> WatchAsync(Process process, CurrentInput current)
    {
        var (number, since) = (-1L, TimeSpan.Zero);
        while (true)
        {
            using var soon = new CancellationTokenSource(LookEvery);
            try
            {
                await process.WaitForExitAsync(soon.Token);
                return false;
            }
            catch (OperationCanceledException) when (soon.IsCancellationRequested)
            {
                process.Refresh();
            }

            var used = process.HasExited ? since : process.TotalProcessorTime;
            if (number != current.Number)
                (number, since) = (current.Number, used);
            if (number <= 0 || used - since < Endless)
                continue;
            process.Kill();
            await process.WaitForExitAsync();
            return true;
        }
    }
}
