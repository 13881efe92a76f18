namespace K8sRecorder.Recording.Sessions;

/// <summary>Records a second: a bucket that holds one second's worth. Guarded by its owner's lock.</summary>
internal sealed class RecordBudget(int perSecond, TimeProvider time)
{
    private double _left = perSecond;
    private long _since = time.GetTimestamp();

    /// <summary>Until the next record is due.</summary>
    public TimeSpan UntilNext => TimeSpan.FromMilliseconds(Math.Max(1, (1 - _left) * 1000 / perSecond));

    public bool TryTake(int records)
    {
        if (perSecond == 0 || records == 0)
            return true;
        var now = time.GetTimestamp();
        _left = Math.Min(perSecond, _left + (time.GetElapsedTime(_since, now).TotalSeconds * perSecond));
        _since = now;
        if (_left < 1)
            return false;
        _left -= records;
        return true;
    }
}
