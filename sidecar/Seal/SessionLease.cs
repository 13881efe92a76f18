using K8sRecorder.Recording.Sessions;

namespace K8sRecorder.Sidecar.Seal;

/// <summary>A channel's hold on its session: while there is one, the session is not closed by a rotation.</summary>
internal struct SessionLease(SessionEpoch epoch) : IDisposable
{
    private SessionEpoch? _epoch = epoch;

    public readonly SessionEpoch Epoch => _epoch ?? throw new ObjectDisposedException(nameof(SessionLease));

    public readonly RecordingSession Session => Epoch.Session;

    /// <summary>Whether the channel should move on to the session that followed.</summary>
    public readonly bool IsRetired => _epoch?.IsRetired ?? false;

    public void Dispose()
    {
        _epoch?.Leave();
        _epoch = null;
    }
}
