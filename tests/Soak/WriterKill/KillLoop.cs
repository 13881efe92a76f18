using System.Text;
using System.Text.RegularExpressions;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Recordings;

namespace K8sRecorder.Soak.WriterKill;

/// <summary>
/// Kills writers with SIGKILL at random moments, some while they recover, some with their keys lost, until a store has had enough; then the
/// store must verify, hold every acknowledged piece, and show a flipped bit.
/// </summary>
internal sealed partial class KillLoop(SoakOptions options)
{
    private readonly List<string> _failures = [];
    private readonly Lock _gate = new();
    private readonly ProgressLine _progress = new();
    private int _kills;
    private int _killsWhileRecovering;
    private int _diedAtPoints;
    private int _keysLost;
    private int _stores;
    private long _acknowledged;
    private long _recovered;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        _progress.Say($"writer-kill: {options.Kills} kills, seed {options.Seed}");
        await Task.WhenAll(Enumerable.Range(0, options.Parallel).Select(n => Task.Run(() => StoresAsync(new Random(options.Seed + n), ct), ct)));
        foreach (var failure in _failures)
            _progress.Say($"FAILED: {failure}");
        await Console.Out.WriteLineAsync(
            $"writer-kill kills={_kills} while-recovering={_killsWhileRecovering} at-crash-points={_diedAtPoints} keys-lost={_keysLost} stores={_stores} "
            + $"acknowledged={_acknowledged} recovered-sessions={_recovered} failures={_failures.Count} seed={options.Seed} seconds={_progress.Elapsed.TotalSeconds:F0}");
        return _failures.Count == 0 ? 0 : 1;
    }

    private async Task StoresAsync(Random random, CancellationToken ct)
    {
        while (_kills < options.Kills && _failures.Count == 0)
        {
            await OneStoreAsync(random, ct);
            _progress.Show($"{_kills} kills, {_stores} stores, {_acknowledged} acknowledged");
        }
    }

    private async Task OneStoreAsync(Random random, CancellationToken ct)
    {
        var folder = new TemporaryFolder();
        var before = _failures.Count;
        var acknowledged = new HashSet<string>();
        for (var n = 0; n < options.KillsPerStore && _kills < options.Kills; n++)
        {
            var tokens = random.Next(3) == 0 ? await DieAtPointAsync(folder.Path, random) : await KillAnywhereAsync(folder.Path, random, ct);
            foreach (var token in tokens)
            {
                if (!acknowledged.Add(token))
                    Fail($"{token} acknowledged twice");
            }

            Interlocked.Increment(ref _kills);
            if (random.Next(5) == 0 && Directory.Exists(folder["keys"]))
            {
                Interlocked.Increment(ref _keysLost);
                Directory.Delete(folder["keys"], recursive: true);
            }
        }

        using (var last = KilledWriter.Start(folder.Path, random.Next(), finish: true))
        {
            await last.EndAsync();
            if (last.ExitCode != 0)
                Fail($"the recovering writer ended with {last.ExitCode}: {await last.ErrorsAsync()}");
        }

        await CheckAsync(folder["store"], acknowledged, random, ct);
        Interlocked.Increment(ref _stores);
        Interlocked.Add(ref _acknowledged, acknowledged.Count);
        if (_failures.Count == before)
            folder.Dispose();
        else
            _progress.Say($"kept: {folder.Path}");
    }

    private async Task<List<string>> KillAnywhereAsync(string folder, Random random, CancellationToken ct)
    {
        using var writer = KilledWriter.Start(folder, random.Next(), finish: false);
        if (random.Next(4) == 0)
        {
            Interlocked.Increment(ref _killsWhileRecovering);
            await Task.Delay(random.Next(40, 160), ct);
        }
        else
        {
            await (random.Next(4) == 0 ? writer.ReadyAsync() : writer.AcknowledgedAsync());
            await Task.Delay((int)(Math.Pow(random.NextDouble(), 2) * 250), ct);
        }

        return await KilledAsync(writer);
    }

    /// <summary>The writer kills itself between two file operations; recovery passes most of these points too.</summary>
    private async Task<List<string>> DieAtPointAsync(string folder, Random random)
    {
        var points = Enum.GetValues<CrashPoint>();
        using var writer = KilledWriter.Start(folder, random.Next(), finish: false, random.Next(points.Length), random.Next(1, 4));
        if (await writer.DiedAsync(TimeSpan.FromSeconds(2)))
            Interlocked.Increment(ref _diedAtPoints);
        return await KilledAsync(writer);
    }

    private async Task<List<string>> KilledAsync(KilledWriter writer)
    {
        var tokens = await writer.KillAsync();
        if (writer.ExitCode != 128 + 9)
            Fail($"the writer ended by itself with {writer.ExitCode}: {await writer.ErrorsAsync()}");
        return tokens;
    }

    private void Fail(string failure)
    {
        lock (_gate)
            _failures.Add(failure);
    }

    private async Task CheckAsync(string store, HashSet<string> acknowledged, Random random, CancellationToken ct)
    {
        await using var reader = new FolderStore(store);
        var verdict = await new StoreVerifier(reader, TrustSet.Empty).VerifyAsync(null, ct);
        Interlocked.Add(ref _recovered, verdict.Sessions.Count(s => s.Completeness == Completeness.Recovered));
        foreach (var finding in verdict.Findings)
            Fail($"store: {finding}");
        foreach (var session in verdict.Sessions.Where(s => s.Integrity != Integrity.Sound || s.Completeness is not (Completeness.Complete or Completeness.Recovered)))
            Fail($"{session.Session}: {session.Integrity} {session.Completeness} {string.Join("; ", session.Findings)}");

        var missing = new HashSet<string>(acknowledged);
        await foreach (var session in SessionList.NewestFirstAsync(reader, null, null, ct))
            await RemoveRecordedAsync(await SessionReader.OpenAsync(reader, session.Id, ct), missing, ct);
        if (missing.Count > 0)
            Fail($"{missing.Count} of {acknowledged.Count} acknowledged pieces are not there: {string.Join(' ', missing.Take(5))}");

        // And once more with a reader that shares nothing with either.
        foreach (var problem in StoreCheck.Run(store).Problems)
            Fail($"second reader: {problem}");
        await FlipAsync(reader, store, random, ct);
    }

    /// <summary>Puts the contents of each channel together over its records, as a piece may lie in several parts and records.</summary>
    private static async Task RemoveRecordedAsync(SessionReader session, HashSet<string> missing, CancellationToken ct)
    {
        var texts = new Dictionary<(string, long), StringBuilder>();
        await foreach (var record in session.RecordsAsync(0, ct))
        {
            foreach (var field in new[] { "head", "body" })
            {
                if (record.Content(field) is not { } reference)
                    continue;
                if (!texts.TryGetValue((field, record.Channel ?? 0), out var text))
                    texts.Add((field, record.Channel ?? 0), text = new StringBuilder());
                // Latin-1: a cut inside a character must not hide what stands beside it.
                text.Append(Encoding.Latin1.GetString((await session.ReadAsync(reference, ct)).ToArray()));
            }
        }
        foreach (var text in texts.Values)
            foreach (Match token in Token().Matches(text.ToString()))
                missing.Remove(token.Value);
    }

    private async Task FlipAsync(FolderStore reader, string store, Random random, CancellationToken ct)
    {
        // What a killed upload left under a temporary name is no object.
        var objects = Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith(".tmp-", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var victim = objects[random.Next(objects.Count)];
        var bytes = await File.ReadAllBytesAsync(victim, ct);
        var bit = random.Next(bytes.Length * 8);
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        await File.WriteAllBytesAsync(victim, bytes, ct);
        var verdict = await new StoreVerifier(reader, TrustSet.Empty).VerifyAsync(null, ct);
        if (verdict.ExitCode != 1)
            Fail($"bit {bit} of {Path.GetRelativePath(store, victim)} flipped, and verify exits with {verdict.ExitCode}");
    }

    [GeneratedRegex("<token-[0-9]+-[0-9]+>")]
    private static partial Regex Token();
}
