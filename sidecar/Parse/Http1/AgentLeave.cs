namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>That an agent is gone, for those who ask and for those who wait for it. Any thread.</summary>
internal sealed class AgentLeave
{
    private volatile bool _isNoted;
    private volatile CancellationTokenSource? _source; // never disposed: it has no timer, and the sweep may be late

    public bool IsNoted => _isNoted;

    /// <summary>Fires when it is noted; at once, where it was. Asking for it costs.</summary>
    public CancellationToken Token
    {
        get
        {
            var source = _source ??= new CancellationTokenSource();
            Interlocked.MemoryBarrier(); // either we see that it left, or whoever notes it sees the source
            if (_isNoted)
                _ = source.CancelAsync();
            return source.Token;
        }
    }

    public void Note()
    {
        _isNoted = true;
        Interlocked.MemoryBarrier();
        if (_source is { } source)
            _ = source.CancelAsync(); // what follows it is not the caller's to do
    }
}
