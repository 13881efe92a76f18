using System.Text;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Tests.Sessions;
using K8sRecorder.Testing.Recordings;

namespace K8sRecorder.Recording.Tests.Spool;

/// <summary>
/// A session from its first call to the disk to its last: opens, appends, streams, signs, seals, ships, rotates and closes, on a clock that
/// moves by itself. Knows what it was told to be recorded.
/// </summary>
internal sealed class RecordedLife : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongTick = TimeSpan.FromSeconds(1);

    private readonly SessionRig _rig;
    private readonly RecordingMode _mode;
    private readonly List<RecordingSession> _sessions = [];

    public RecordedLife(RecordingMode mode, string? spoolFolder = null)
    {
        _mode = mode;
        _rig = new SessionRig(Disk, inMemory: true, spoolFolder: spoolFolder);
    }

    public FaultyDisk Disk { get; } = new();

    public SessionRig Rig => _rig;

    /// <summary>Texts that were acknowledged.</summary>
    public List<string> Told { get; } = [];

    /// <summary>Everything was done.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What stopped it.</summary>
    public Exception? End { get; private set; }

    /// <summary>Lives until the end, or until something says that recording has failed.</summary>
    public async Task RunAsync() => await PumpAsync(LiveAsync(), Tick, TimeSpan.MaxValue);

    /// <summary>Lives until the end, or until nothing more can come: the shipper, for one, never gives up.</summary>
    public async Task RunUntilStuckAsync() => await PumpAsync(LiveAsync(), LongTick, TimeSpan.FromSeconds(15));

    /// <summary>The process is gone, with all it held in memory.</summary>
    public async Task KillAsync()
    {
        Disk.Die();
        await DisposeSessionsAsync();
    }

    /// <summary>A start that may fail; null: it did not, and the session is disposed again.</summary>
    public async Task<Exception?> TryStartAsync(SpoolDisk disk)
    {
        try
        {
            _rig.Disk = disk;
            _rig.Restart();
            await using var session = await _rig.StartAsync(Options);
            return null;
        }
        catch (IOException e)
        {
            return e;
        }
    }

    /// <summary>The next start, on a disk in order: everything is closed and shipped.</summary>
    public async Task<StoreCheck> FinishAsync()
    {
        await DisposeSessionsAsync();
        _rig.Disk = new SpoolDisk();
        _rig.Restart();
        _rig.Time.Advance(Tick);
        await using (var last = await _rig.StartAsync(Options))
            await last.CloseAsync("stopped", null, default);
        var check = await _rig.ShipAsync();
        Assert.Equal(0, _rig.Spool.UsedBytes);
        Assert.Equal(0, _rig.Spool.WaitingEntries);
        Assert.Empty(Directory.GetDirectories(_rig.SpoolFolder));
        Assert.Equal(["lock"], Directory.GetFiles(_rig.KeysFolder).Select(Path.GetFileName));
        return check;
    }

    /// <summary>What was told and is not there.</summary>
    public List<string> Missing(StoreCheck check)
    {
        var all = string.Concat(check.Sessions.Values.SelectMany(records => records).Where(r => r.Content.ContainsKey("body")).Select(r => r.Text("body")));
        return [.. Told.Where(text => !all.Contains(text, StringComparison.Ordinal))];
    }

    public void Dispose() => _rig.Dispose();

    private SessionOptions Options => _rig.Options(_mode) with { ChunkBytes = 2000 };

    private async Task LiveAsync()
    {
        try
        {
            var session = await StartAsync();
            await WriteAsync(session, "first");
            await session.SealAsync(default);
            var next = await RotateAsync(session);
            await WriteAsync(next, "second");
            await _rig.ShipAsync();
            await next.CloseAsync("stopped", null, default);
            await _rig.ShipAsync();
            HasEnded = true;
        }
        catch (Exception e) when (e is IOException or KilledException)
        {
            End = e;
        }
    }

    private async Task<RecordingSession> StartAsync()
    {
        while (true)
        {
            ThrowIfKilled();
            try
            {
                return Keep(await _rig.StartAsync(Options));
            }
            catch (IOException e) when (SpoolDisk.IsFull(e))
            {
                await Task.Delay(Tick, _rig.Time);
            }
        }
    }

    private async Task<RecordingSession> RotateAsync(RecordingSession old)
    {
        while (true)
        {
            ThrowIfKilled();
            try
            {
                var next = Keep(await old.OpenNextAsync(_rig.Identity, default));
                await old.CloseAsync("maxAge", next, default);
                return next;
            }
            catch (IOException e) when (SpoolDisk.IsFull(e))
            {
                await Task.Delay(Tick, _rig.Time);
            }
        }
    }

    private void ThrowIfKilled()
    {
        if (Disk.Died)
            throw new KilledException();
    }

    private RecordingSession Keep(RecordingSession session)
    {
        _sessions.Add(session);
        return session;
    }

    private async Task WriteAsync(RecordingSession session, string name)
    {
        for (var i = 0; i < 5; i++)
        {
            var text = $"<{name} {i} {new string('x', 300)}>";
            await session.AppendAsync(SessionRig.Request(session, text), default);
            await ToldAsync(session, text);
            if (i == 2)
                await session.SignHeadAsync(default);
        }

        var stream = session.Begin(session.NewDraft("tcp.data", session.NextChannel()), "tcp.data", null, events: true);
        foreach (var piece in new[] { $"<{name} piece 1>", $"<{name} piece 2>" })
        {
            var bytes = Encoding.UTF8.GetBytes(piece);
            await stream.AppendAsync(bytes, null, bytes.Length, 0, default);
            await ToldAsync(session, piece);
        }

        await session.SealAsync(default);
        await stream.CompleteAsync(null, default);
    }

    /// <summary>Strict has promised it; the others when they are asked.</summary>
    private async Task ToldAsync(RecordingSession session, string text)
    {
        if (_mode != RecordingMode.Strict)
            await session.FlushAsync(default);
        Told.Add(text);
    }

    /// <summary>Moves the clock while the life goes on.</summary>
    private async Task PumpAsync(Task life, TimeSpan step, TimeSpan patience)
    {
        var began = _rig.Time.GetUtcNow();
        for (var idle = 0; !life.IsCompleted && _rig.Time.GetUtcNow() - began < patience; idle++)
        {
            Assert.True(idle < 20_000, "it does not end");
            await Task.WhenAny(life, Task.Delay(1));
            _rig.Time.Advance(step);
        }

        if (life.IsCompleted)
            await life;
    }

    private async Task DisposeSessionsAsync()
    {
        var disposing = Task.WhenAll(_sessions.Select(session => session.DisposeAsync().AsTask()));
        await PumpAsync(disposing, LongTick, TimeSpan.MaxValue);
        _sessions.Clear();
    }
}
