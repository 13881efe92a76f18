namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>What bodies may take together that are held until the guard has seen them whole; of all connections.</summary>
internal sealed class HeldBodies
{
    private const long Most = 64L << 20;

    private long _held;

    /// <summary>Holds so much more; false if that would be too much.</summary>
    public bool TryHold(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= Most)
            return true;
        Release(bytes);
        return false;
    }

    public void Release(int bytes) => Interlocked.Add(ref _held, -bytes);
}
