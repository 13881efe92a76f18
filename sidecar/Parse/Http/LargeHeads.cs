namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>
/// What heads may take together that are larger than any usual one. A head is held until it is whole, for up to a minute: without this,
/// an agent with a thousand connections could have a quarter of a gigabyte held.
/// </summary>
internal sealed class LargeHeads
{
    /// <summary>Below this a head needs no leave.</summary>
    public const int From = 16 << 10;

    private const long Most = 32L << 20;

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
