using K8sRecorder.Recording.Shipping;

namespace K8sRecorder.Sidecar.Ship;

/// <summary>Runs the shipper beside everything else, and lets it finish within a time at the end.</summary>
internal sealed class UploadLoop(SpoolShipper shipper) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = shipper.RunAsync(_stop.Token);

    /// <summary>Ships all that waits; false if the token fired first. What is left stays in the spool.</summary>
    public async Task<bool> DrainAsync(CancellationToken cancellationToken)
    {
        await StopAsync();
        try
        {
            await shipper.DrainAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // that is what was asked for
        }
    }
}
