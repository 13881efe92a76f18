namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// What is known of one connection of HTTP/2 to a target: whether its settings came, which is its first frame (RFC 9113 3.4), and whether it takes
/// more streams. One read at a time; its end may come from any thread.
/// </summary>
/// <param name="among">The client's connections, which this is one of.</param>
/// <param name="isAnother">Whether there were others when it was opened.</param>
/// <param name="openedAt">When that was, on the clock of <paramref name="among"/>.</param>
internal sealed class TargetConnection(TargetConnections among, bool isAnother, long openedAt)
{
    private const int HeaderBytes = 9, LengthBytes = 3;

    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _length;
    private long _given;

    public bool IsAnother => isAnother;

    public long OpenedAt => openedAt;

    /// <summary>Completes when the client has read the target's settings, or will not.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Whether it has.</summary>
    public bool HasSettings { get; private set; }

    /// <summary>It is used from now on.</summary>
    public void Begin() => among.Add(this);

    /// <summary>The client asks for more: what it was given it has looked at.</summary>
    public void NoteAsked()
    {
        if (_settled.Task.IsCompleted || _given < HeaderBytes + _length)
            return;
        HasSettings = true;
        _settled.TrySetResult();
    }

    /// <summary>It was given this.</summary>
    public void NoteGiven(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length && _given + i < LengthBytes; i++)
            _length = (_length << 8) | bytes[i];
        _given += bytes.Length;
    }

    /// <summary>The target takes no more streams on it (GOAWAY).</summary>
    public void NoteGoAway()
    {
        among.Remove(this);
        if (isAnother && among.HasOne)
            among.NoteRefused();
    }

    /// <summary>It is over.</summary>
    public void NoteEnd()
    {
        among.Remove(this);
        _settled.TrySetResult();
    }

    /// <summary>The client has said its first words; called once. Who waits for it waits for the target's, where that matters.</summary>
    public ValueTask NoteWrittenAsync(CancellationToken cancellationToken) => among.SettleAsync(this, cancellationToken);
}
