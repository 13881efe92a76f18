using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Tests.Sessions;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Recording.Tests.Spool;

/// <summary>
/// The search for a silent hole: every file of a small spool is cut at every length, changed at every byte and dropped, then a recorder starts
/// on what is left and ships it. What was promised is in the store, or somebody is told: a start that refuses, or a verdict that is not
/// sound and complete.
/// </summary>
public sealed class SilentHoleTests : IDisposable
{
    private readonly SessionRig _rig = new(inMemory: true);
    private readonly List<string> _told = [];

    [Theory]
    [InlineData(Left.Open)]
    [InlineData(Left.Sealing)]
    [InlineData(Left.Closed)]
    public async Task Any_byte_cut_changed_or_dropped_is_no_silent_hole(Left how)
    {
        await LeaveAsync(how);
        Assert.Null(await JudgeAsync(("", "not damaged", null), mayBeNamed: false));
        var seed = Random.Shared.Next();
        var stride = int.Parse(Environment.GetEnvironmentVariable("RECORDER_HOLES_STRIDE") ?? "97", System.Globalization.CultureInfo.InvariantCulture);
        var damages = Damages(new Random(seed), stride).ToList();
        var holes = new List<string>();
        foreach (var damage in damages)
        {
            if (await JudgeAsync(damage) is { } hole)
                holes.Add(hole);
        }

        Assert.True(holes.Count == 0, $"seed {seed}, {damages.Count} damages, {holes.Count} holes:\n{string.Join('\n', holes.Take(40))}");
    }

    public void Dispose() => _rig.Dispose();

    /// <summary>In which state the process died.</summary>
    public enum Left
    {
        /// <summary>A sealed chunk that waits, and an open record file with a head in it.</summary>
        Open,

        /// <summary>Two record files: the chunk of the older is not in place.</summary>
        Sealing,

        /// <summary>A closed session that waits to be shipped.</summary>
        Closed,
    }

    private async Task LeaveAsync(Left how)
    {
        if (how == Left.Sealing)
        {
            _rig.Disk = new FaultyDisk { DieAt = CrashPoint.SuccessorPlaced, DieAtPassing = 2 };
            _rig.Restart();
        }

        var session = await _rig.StartAsync(RecordingMode.Strict);
        await WriteAsync(session, "first");
        await session.SealAsync(default);
        await WriteAsync(session, "second");
        if (how == Left.Sealing)
            await Assert.ThrowsAnyAsync<Exception>(() => session.SealAsync(default).AsTask());
        await session.SignHeadAsync(default).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        if (how == Left.Open)
            await WriteAsync(session, "third");
        if (how == Left.Closed)
            await session.CloseAsync("stopped", null, default);
        await session.DisposeAsync();
        _rig.Spool.Dispose();
    }

    private async Task WriteAsync(RecordingSession session, string name)
    {
        for (var i = 0; i < 2; i++)
        {
            var text = $"<{name} {i}>";
            await session.AppendAsync(SessionRig.Request(session, text), default);
            _told.Add(text);
        }
    }

    private IEnumerable<(string Path, string What, byte[]? Bytes)> Damages(Random random, int stride)
    {
        foreach (var folder in Directory.GetDirectories(_rig.SpoolFolder))
            yield return (Path.GetFileName(folder), "dropped", null);
        foreach (var (root, path) in Files())
        {
            var bytes = File.ReadAllBytes(Path.Combine(root, path));
            yield return (path, "dropped", null);
            for (var at = random.Next(stride); at < bytes.Length; at += 1 + random.Next(2 * stride - 1))
            {
                yield return (path, $"cut to {at} of {bytes.Length}", bytes[..at]);
                var changed = bytes.ToArray();
                changed[at] ^= (byte)(1 << random.Next(8));
                yield return (path, $"changed at {at} of {bytes.Length}", changed);
            }
        }
    }

    private IEnumerable<(string Root, string Path)> Files() =>
        from root in new[] { _rig.SpoolFolder, _rig.KeysFolder }
        from path in Directory.GetFiles(root, "*", SearchOption.AllDirectories)
        where Path.GetFileName(path) != "lock"
        select (root, Path.GetRelativePath(root, path));

    /// <summary>What is missing though nobody is told; null where nothing is.</summary>
    private async Task<string?> JudgeAsync((string Path, string What, byte[]? Bytes) damage, bool mayBeNamed = true)
    {
        using var copy = new SessionRig(inMemory: true);
        copy.Spool.Dispose();
        foreach (var (root, path) in Files())
        {
            var target = Path.Combine(root == _rig.SpoolFolder ? copy.SpoolFolder : copy.KeysFolder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var isDamaged = path == damage.Path || path.StartsWith(damage.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal);
            var bytes = isDamaged ? damage.Bytes : File.ReadAllBytes(Path.Combine(root, path));
            if (bytes is not null)
                File.WriteAllBytes(target, bytes);
        }

        copy.Time.Advance(TimeSpan.FromSeconds(1));
        try
        {
            copy.Restart();
            await using var session = await copy.StartAsync(RecordingMode.Strict);
            await session.CloseAsync("stopped", null, default);
        }
        catch (SpoolRefusedException)
        {
            return null;
        }

        var check = await copy.ShipAsync();
        var texts = check.Sessions.Values.SelectMany(records => records).Where(r => r.Content.ContainsKey("body")).Select(r => r.Text("body")).ToHashSet();
        var missing = _told.Where(text => !texts.Contains(text)).ToList();
        await using var store = new FolderStore(copy.StoreFolder);
        var verdict = await new StoreVerifier(store, TrustSet.Empty).VerifyAsync(null, default);
        var isNamed = verdict.Sessions.Any(session => session.Completeness != Completeness.Complete
            || session.Findings.Any(found => Severity.IsTampering(found.Code) && found.Code != FindingCode.StoreIdentity));
        return (missing.Count == 0 && (mayBeNamed || !isNamed)) || (isNamed && mayBeNamed) ? null : $"{damage.Path} {damage.What}: {string.Join(' ', missing)}";
    }
}
