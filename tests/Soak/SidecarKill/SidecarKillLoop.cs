using K8sRecorder.Testing.Net;

namespace K8sRecorder.Soak.SidecarKill;

/// <summary>
/// The sidecar under mixed load, killed with SIGKILL again and again in each mode, its keys now kept, now lost; after every few kills the
/// recording is held against what both ends of every exchange have seen.
/// </summary>
internal sealed class SidecarKillLoop(SoakOptions options)
{
    public const string Verb = "sidecar-kill";

    private static readonly string[] Modes = ["Strict", "Buffered", "BestEffort"];

    private readonly Figures _figures = new();
    private readonly ProgressLine _progress = new();
    private int _begun;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var executable = options.Sidecar.Length > 0 ? Path.GetFullPath(options.Sidecar) : Path.Combine(AppContext.BaseDirectory, "k8srecorder-sidecar");
        var modes = options.Mode.Length > 0 ? [options.Mode] : Modes;
        if (options.Redirect && NetworkPair.WhyAbsent is { } why)
        {
            _progress.Say($"{Verb}: --redirect {why}");
            return 3;
        }
        _progress.Say($"{Verb}: {options.Kills} kills in {string.Join(" and ", modes)}{(options.Redirect ? ", redirected" : "")}, seed {options.Seed}, {executable}");
        await Task.WhenAll(Enumerable.Range(0, options.Parallel).Select(_ => Task.Run(() => WorkAsync(modes, executable, ct), ct)));
        foreach (var failure in _figures.Failures)
            _progress.Say($"FAILED: {failure}");
        await Console.Out.WriteLineAsync(
            $"{Verb} {string.Join('+', modes)}{(options.Redirect ? "+redirect" : "")} {_figures} failures={_figures.FailureCount} seed={options.Seed} seconds={_progress.Elapsed.TotalSeconds:F0}");
        return _figures.FailureCount == 0 ? 0 : 1;
    }

    private async Task WorkAsync(string[] modes, string executable, CancellationToken ct)
    {
        while (GoesOn())
        {
            var number = Interlocked.Increment(ref _begun) - 1;
            if (number >= Stores)
                return;
            var random = new Random(options.Seed + number * 7919);
            // the first store of a mode takes what the even shares of the others leave
            var kills = options.Kills / Stores + (number < options.Kills % Stores ? 1 : 0);
            await using var store = new StoreRun($"s{number}", modes[number % modes.Length], options.Redirect, executable, random, _figures);
            using var showing = new Timer(_ => Show(), null, 250, 250);
            await store.RunAsync(kills, GoesOn, ct);
            Show();
        }
    }

    private int Stores => Math.Max(1, (options.Kills + options.KillsPerStore - 1) / options.KillsPerStore);

    private bool GoesOn() => _figures.FailureCount == 0 && (options.Seconds == 0 || _progress.Elapsed.TotalSeconds < options.Seconds);

    private void Show() => _progress.Show($"{_figures["kills"]} kills, {_figures["stores"]} stores, {_figures["responses"]} responses checked");
}
