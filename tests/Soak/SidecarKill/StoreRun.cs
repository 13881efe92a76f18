using System.Diagnostics;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Soak.SidecarKill.Judging;
using K8sRecorder.Soak.SidecarKill.Load;
using K8sRecorder.Soak.SidecarKill.Oracle;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Recordings;

namespace K8sRecorder.Soak.SidecarKill;

/// <summary>One store: a few lives of the sidecar under load that end by SIGKILL, one that ends in order, and then the reckoning.</summary>
internal sealed class StoreRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Random _random;
    private readonly Figures _figures;
    private readonly string _mode;
    private readonly string _executable;
    private readonly bool _mayDrop; // BestEffort: at its queue's bound, which a starved machine reaches too
    private readonly Notebook _notes;
    private readonly HttpUpstream _http;
    private readonly TcpUpstream _tcp;
    private readonly SidecarFolder _folder;
    private readonly List<LifeFacts> _lives = [];
    private readonly List<string> _failures = [];
    private static long _startMilliseconds = 600;
    private readonly int _keyTurn;
    private int _keysLost;

    public StoreRun(string name, string mode, bool redirects, string executable, Random random, Figures figures)
    {
        (_mode, _executable, _random, _figures) = (mode, executable, random, figures);
        var canaries = new Canaries(random.Next());
        TextCheck.Run(canaries, random);
        _notes = new Notebook(name, canaries);
        _keyTurn = random.Next(3);
        _mayDrop = mode == "BestEffort";
        _folder = new SidecarFolder(
            executable, mode, redirects, _mayDrop && random.Next(2) == 0 ? $"  limits: {{ recordsPerSecond: {random.Next(1, 12)} }}" : "", random);
        _http = new HttpUpstream(_notes, _folder.Ground.Http);
        _tcp = new TcpUpstream(_notes, _folder.Ground.Raw);
    }

    public async Task RunAsync(int kills, Func<bool> goOn, CancellationToken ct)
    {
        for (var n = 0; n < kills && goOn() && _failures.Count == 0; n++)
        {
            var moment = _random.Next(100) switch { < 20 => KillMoment.Starting, < 60 => KillMoment.Busy, < 82 => KillMoment.Sealing, _ => KillMoment.Stopping };
            await LiveAsync(moment, ct);
            _figures.Add("kills");
            if (_random.Next(4) == 0)
                Search("spool of a killed sidecar", _folder.Spool);
            if (_random.Next(3) == 0)
                await VerifyAsync(isFinal: false, ct);
            if ((n + _keyTurn) % 3 == 0)
            {
                _folder.LoseKeys();
                _keysLost++;
                _figures.Add("keys-lost");
            }
        }
        if (_failures.Count == 0)
            await EndInOrderAsync(ct);
        if (_failures.Count == 0)
            await ReckonAsync(ct);
        _figures.Add("stores");
        if (_failures.Count > 0)
            _folder.Keep();
        foreach (var failure in _failures)
            _figures.Fail($"{_mode} {_folder.Path}: {failure}");
    }

    public async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        await _tcp.DisposeAsync();
        _folder.Dispose();
    }

    private async Task LiveAsync(KillMoment moment, CancellationToken ct)
    {
        using var life = SidecarLife.Start(_executable, _folder);
        var (signal, load) = StartLoad();
        var started = Stopwatch.GetTimestamp();
        if (moment == KillMoment.Starting)
            await Task.WhenAny(Task.Delay((int)(_random.NextDouble() * 1.1 * _startMilliseconds), ct), life.EndsWithinAsync(Patience));
        else
        {
            var ready = await Task.WhenAny(signal.FirstAnswer, life.EndsWithinAsync(Patience));
            if (ready == signal.FirstAnswer)
                _startMilliseconds = (_startMilliseconds * 3 + (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds) / 4;
            await UntilAsync(moment, life, ct);
        }
        var ended = life.HasEnded;
        await life.KillAsync();
        signal.Stop();
        _figures.Add($"kills-{moment}");
        _lives.Add(new LifeFacts(_lives.Count, _mode != "Strict" && life.ExitCode == SidecarLife.Killed));
        if (life.ExitCode != SidecarLife.Killed && (moment != KillMoment.Stopping || life.ExitCode != 0))
            _failures.Add($"the sidecar ended by itself with {life.ExitCode} (life {_lives.Count - 1}, {moment}): {life.Output}");
        else if (ended)
            _figures.Add("stopped-before-kill");
        await QuietAsync(load);
    }

    private async Task UntilAsync(KillMoment moment, SidecarLife life, CancellationToken ct)
    {
        switch (moment)
        {
            case KillMoment.Sealing:
                await NewFile.AppearsAsync(_random.Next(3) == 0 ? _folder.Store : _folder.Spool, TimeSpan.FromSeconds(1.5), ct);
                if (_random.Next(2) == 0)
                    await Task.Delay(_random.Next(0, 4), ct);
                break;
            case KillMoment.Stopping:
                await Task.Delay(_random.Next(0, 300), ct);
                await life.TerminateAsync();
                await Task.Delay((int)(Math.Pow(_random.NextDouble(), 2) * 1900), ct);
                break;
            default:
                await Task.Delay((int)(Math.Pow(_random.NextDouble(), 2) * 700), ct);
                break;
        }
    }

    private (LoadSignal Signal, Task Load) StartLoad()
    {
        var signal = new LoadSignal();
        var number = _lives.Count;
        var agents = new List<Task>();
        for (var n = 0; n < 5; n++)
        {
            var random = new Random(_random.Next());
            var agent = new HttpAgent(_notes, new Dialling(_folder.Ground, _folder.Ground.Http, _notes, random, signal), number, random, signal);
            agents.Add(Task.Run(agent.RunAsync));
        }
        for (var n = 0; n < 2; n++)
        {
            var random = new Random(_random.Next());
            var agent = new TcpAgent(_notes, new Dialling(_folder.Ground, _folder.Ground.Raw, _notes, random, signal), number, random, signal);
            agents.Add(Task.Run(agent.RunAsync));
        }
        return (signal, Task.WhenAll(agents));
    }

    private async Task QuietAsync(Task load)
    {
        try
        {
            await load.WaitAsync(Patience);
            await _http.QuietAsync().WaitAsync(Patience);
            await _tcp.QuietAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            _failures.Add("connections stay open though the sidecar has ended");
        }
    }

    /// <summary>A last life under load, told to stop; then as many as it takes until everything is shipped.</summary>
    private async Task EndInOrderAsync(CancellationToken ct)
    {
        for (var n = 0; n < 10; n++)
        {
            using var life = SidecarLife.Start(_executable, _folder);
            var (signal, load) = n == 0 ? StartLoad() : (new LoadSignal(), Task.CompletedTask);
            await Task.WhenAny(n == 0 ? signal.FirstAnswer : life.Ready, life.EndsWithinAsync(Patience));
            await Task.Delay(n == 0 ? _random.Next(0, 400) : 0, ct);
            if (_random.Next(2) == 0)
                signal.Stop();
            await life.TerminateAsync();
            var ends = await life.EndsWithinAsync(Patience);
            await life.KillAsync();
            signal.Stop();
            await QuietAsync(load);
            if (n == 0)
                _lives.Add(new LifeFacts(_lives.Count, Lossy: false));
            if (!ends || life.ExitCode != 0)
                _failures.Add(ends ? $"told to stop, the sidecar ended with {life.ExitCode}: {life.Output}" : "told to stop, the sidecar did not");
            if (_failures.Count > 0)
                return;
            if (life.Output.Contains("everything recorded is in the store", StringComparison.Ordinal))
                return;
        }
        _failures.Add("ten starts and stops did not ship the spool");
    }

    private async Task ReckonAsync(CancellationToken ct)
    {
        foreach (var left in Directory.EnumerateFiles(_folder.Spool, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder.Spool, path)))
        {
            if (left is not ("lock" or "version" or "store-id"))
                _failures.Add($"left in the spool: {left}");
        }
        await using var store = new FolderStore(_folder.Store);
        var recorded = await RecordedStore.ReadAsync(store, ct);
        _figures.Add("sessions", recorded.Sessions);
        _figures.Add("resumed", recorded.Resumed);
        _figures.Add("gaps", recorded.Gaps.Count);
        _figures.Add("handshakes", _notes.Handshakes);
        var judge = new Judge(_notes, recorded, _lives, _mayDrop, _figures);
        judge.Run();
        _failures.AddRange(judge.Failures);
        await VerifyAsync(isFinal: true, ct);
        foreach (var problem in StoreCheck.Run(_folder.Store).Problems)
            _failures.Add($"second reader: {problem}");
        Search("store", _folder.Store);
        Search("spool", _folder.Spool);
        if (_failures.Count == 0)
            await FlipAsync(store, ct);
    }

    private async Task VerifyAsync(bool isFinal, CancellationToken ct)
    {
        if (!File.Exists(Path.Combine(_folder.Store, StoreLayout.StoreJson)))
            return;
        await using var store = new FolderStore(_folder.Store);
        var verdict = await new StoreVerifier(store, TrustSet.Empty).VerifyAsync(null, ct);
        _figures.Add("verified");
        foreach (var finding in verdict.Findings)
            _failures.Add($"verify: {finding}");
        foreach (var session in verdict.Sessions)
        {
            if (session.Integrity != Integrity.Sound)
                _failures.Add($"verify: {session.Session} is {session.Integrity}: {string.Join("; ", session.Findings)}");
            if (isFinal)
                _figures.Add($"sessions-{session.Completeness}");
            var isTrue = session.Completeness switch
            {
                Completeness.Complete => true,
                // the last chunk was shipped and its close object is still in the spool
                Completeness.Incomplete when !isFinal && session.Findings.All(f => f.Code is FindingCode.CloseMissing or FindingCode.Interrupted or FindingCode.Gap or FindingCode.Recovered) => true,
                Completeness.Recovered => _keysLost > 0,
                // what a kill may have cost, and what was dropped, is named
                Completeness.Incomplete => _mode != "Strict" && session.Findings.All(f => f.Code is FindingCode.Interrupted or FindingCode.Gap or FindingCode.Recovered or FindingCode.OpenEnded),
                Completeness.OpenEnded => !isFinal,
                _ => false,
            };
            if (!isTrue)
                _failures.Add($"verify: {session.Session} is {session.Completeness}: {string.Join("; ", session.Findings)}");
        }
    }

    private void Search(string what, string folder)
    {
        if (!Directory.Exists(folder))
            return;
        var haystack = new Haystack();
        haystack.AddFolder(what, folder);
        if (File.Exists(_folder.Log))
            haystack.Add("log", File.ReadAllBytes(_folder.Log));
        _figures.Add("searched", haystack.Count);
        foreach (var canary in _notes.Canaries.All)
            foreach (var where in haystack.FindAnyForm(canary.Text))
                _failures.Add($"a secret lies in clear: {where}");
    }

    private async Task FlipAsync(FolderStore store, CancellationToken ct)
    {
        // What a killed upload left under a temporary name is no object.
        var objects = Directory.EnumerateFiles(_folder.Store, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith(".tmp-", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var victim = objects[_random.Next(objects.Count)];
        var bytes = await File.ReadAllBytesAsync(victim, ct);
        var bit = _random.Next(bytes.Length * 8);
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        await File.WriteAllBytesAsync(victim, bytes, ct);
        var verdict = await new StoreVerifier(store, TrustSet.Empty).VerifyAsync(null, ct);
        if (verdict.ExitCode == 1)
            _figures.Add("flips-found");
        else
            _failures.Add($"bit {bit} of {Path.GetRelativePath(_folder.Store, victim)} flipped, and verify exits with {verdict.ExitCode}");
    }
}
