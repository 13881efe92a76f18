using K8sRecorder.Recording.Sessions;

namespace K8sRecorder.Sidecar.Seal;

/// <summary>A session and the channels that are open in it.</summary>
internal sealed class SessionEpoch(RecordingSession session, DateTimeOffset openedAt)
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private long _entered;
    private volatile bool _retired;

    public RecordingSession Session => session;

    public DateTimeOffset OpenedAt => openedAt;

    public int OpenChannels => Volatile.Read(ref _open);

    /// <summary>Channels that were ever opened in it: an empty session is not rotated.</summary>
    public long Entered => Volatile.Read(ref _entered);

    /// <summary>Whether another session has taken over: a channel that is still here moves with its next byte.</summary>
    public bool IsRetired => _retired;

    /// <summary>Completes when it is retired and its last channel has ended or moved.</summary>
    public Task Drained => _drained.Task;

    public void Enter()
    {
        Interlocked.Increment(ref _open);
        Interlocked.Increment(ref _entered);
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _open) == 0 && _retired)
            _drained.TrySetResult();
    }

    public void Retire()
    {
        _retired = true;
        if (OpenChannels == 0)
            _drained.TrySetResult();
    }
}
