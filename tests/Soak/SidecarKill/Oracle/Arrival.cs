namespace K8sRecorder.Soak.SidecarKill.Oracle;

/// <summary>What one end received of a message, and when. Written by one task, read when that has ended.</summary>
internal sealed class Arrival
{
    private readonly List<(long At, long Bytes)> _progress = [];

    /// <summary>When the head was there in full; 0: never.</summary>
    public long HeadAt { get; private set; }

    /// <summary>When the message was there in full by its framing; 0: never.</summary>
    public long CompleteAt { get; private set; }

    /// <summary>Bytes of the body, as they are on the wire without framing.</summary>
    public long Bytes { get; private set; }

    public bool IsComplete => CompleteAt > 0;

    /// <summary>When the last of it came; 0: nothing did.</summary>
    public long LastAt => Math.Max(Math.Max(HeadAt, CompleteAt), _progress.Count > 0 ? _progress[^1].At : 0);

    /// <summary>How often this message arrived: a request may be sent again by a proxy.</summary>
    public int Times { get; private set; }

    public void Head(long now)
    {
        Times++;
        if (HeadAt == 0)
            HeadAt = now;
    }

    public void Body(int bytes, long now)
    {
        Bytes += bytes;
        _progress.Add((now, Bytes));
    }

    public void Complete(long now) => CompleteAt = now;

    /// <summary>Bytes that were there before a moment.</summary>
    public long BytesBefore(long moment)
    {
        if (_progress.Count == 0 || _progress[^1].At < moment)
            return Bytes;
        var bytes = 0L;
        foreach (var (at, total) in _progress)
        {
            if (at >= moment)
                break;
            bytes = total;
        }
        return bytes;
    }
}
