using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// The connections of one client to its target. Where a target takes fewer streams than agents bring, the client opens another connection for those
/// that wait. A target that takes no other must not be the end of them: the attempt then waits while there is a connection that may still take
/// them, whose next free stream is theirs, and tries again now and then. Any thread.
/// </summary>
internal sealed class TargetConnections(TimeProvider time)
{
    /// <summary>How long the client uses a connection. A name may move to another address: they are renewed, but not so often that it costs.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    // as long as a target has for a connection, and then for its first word
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // between one connection that was not to be had and the next try
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<TargetConnection> _open = [];
    private TaskCompletionSource _fewer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _refusedAt;
    private int _asking;

    /// <summary>Whether there is a connection that takes streams, now or when others have ended.</summary>
    public bool HasOne
    {
        get
        {
            lock (_gate)
                return HasOne_NeedsLock;
        }
    }

    private bool HasOne_NeedsLock => _open.Exists(one => time.GetElapsedTime(one.OpenedAt) < Lifetime);

    /// <summary>A request is given to the client; <see cref="Answered"/> is to follow.</summary>
    public void Ask() => Interlocked.Increment(ref _asking);

    /// <summary>It has the head of an answer, or failed.</summary>
    public void Answered() => Interlocked.Decrement(ref _asking);

    /// <summary>Opens a connection for the client.</summary>
    /// <param name="dial">Tries once; null: it could not be reached or believed.</param>
    /// <param name="asked">The version that is asked for on it.</param>
    /// <param name="noteError">Is told the code of GOAWAY where it is an error.</param>
    /// <param name="cancellationToken">Nobody wants it any more.</param>
    /// <exception cref="IOException">There is none to be had, and none to wait for.</exception>
    public async ValueTask<Stream> OpenAsync(
        Func<CancellationToken, ValueTask<Wire?>> dial, Version asked, Func<uint, ValueTask> noteError, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (isAnother, pause, fewer) = Look();
            if (pause > TimeSpan.Zero)
            {
                await fewer.WaitAsync(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }
            if (await DialAsync(dial, cancellationToken) is { } wire)
                return KnownFrames.Of(wire.OpenStream(), asked, new TargetConnection(this, isAnother, time.GetTimestamp()), noteError);
            NoteRefused();
            if (!HasOne)
                throw new IOException("the target could not be reached or believed");
        }
    }

    /// <summary>It speaks HTTP/2.</summary>
    public void Add(TargetConnection connection)
    {
        lock (_gate)
            _open.Add(connection);
    }

    /// <summary>It takes no more streams, whoever said so.</summary>
    public void Remove(TargetConnection connection)
    {
        TaskCompletionSource fewer;
        lock (_gate)
        {
            if (!_open.Remove(connection))
                return;
            fewer = _fewer;
            _fewer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        fewer.SetResult();
    }

    /// <summary>The target did not take another connection, or did not keep it.</summary>
    public void NoteRefused()
    {
        lock (_gate)
            _refusedAt = time.GetTimestamp();
    }

    /// <summary>
    /// Waits for the target's settings where others may want a stream too: until they are known the client takes it to allow a hundred. Where one
    /// request alone is under way it does not wait: not every target says them first.
    /// </summary>
    /// <exception cref="ConnectionNotKeptException">It is another connection, and ended before it began.</exception>
    public async ValueTask SettleAsync(TargetConnection connection, CancellationToken cancellationToken)
    {
        if (!connection.IsAnother && Volatile.Read(ref _asking) <= 1)
            return;
        try
        {
            await connection.Settled.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // as without settings: the client judges it
        }
        if (!connection.IsAnother || connection.HasSettings)
            return;
        NoteRefused();
        throw new ConnectionNotKeptException();
    }

    private (bool IsAnother, TimeSpan Pause, Task Fewer) Look()
    {
        lock (_gate)
        {
            var isAnother = HasOne_NeedsLock;
            return (isAnother, isAnother && _refusedAt is { } at ? Pause - time.GetElapsedTime(at) : TimeSpan.Zero, _fewer.Task);
        }
    }

    private async ValueTask<Wire?> DialAsync(Func<CancellationToken, ValueTask<Wire?>> dial, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await dial(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
