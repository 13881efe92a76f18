namespace K8sRecorder.Sidecar.Accept;

/// <summary>The channels that may be open at a time (<c>limits.openChannels</c>): at the limit the next one waits for one to end.</summary>
internal sealed class ChannelSlots(int limit) : IDisposable
{
    private readonly SemaphoreSlim _free = new(limit, limit);

    public int Open => limit - _free.CurrentCount;

    public bool TryTake() => _free.Wait(0, CancellationToken.None);

    /// <summary>Waits for a slot; false if the token fired first.</summary>
    public async ValueTask<bool> TakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _free.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Give() => _free.Release();

    public void Dispose() => _free.Dispose();
}
