namespace K8sRecorder.Sidecar.Accept;

/// <summary>How often a message that an agent can cause may be logged: a few a minute, so that nobody writes the log full.</summary>
internal sealed class LogBudget(TimeProvider time, int perMinute = 10)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _since;
    private int _left;

    public bool TryTake()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _since >= TimeSpan.FromMinutes(1))
                (_since, _left) = (now, perMinute);
            return _left-- > 0;
        }
    }
}
