using K8sRecorder.Recording.Shipping;

namespace K8sRecorder.Sidecar.Ship;

/// <summary>Runs the shipper beside everything else, and lets it finish within a time at the end.</summary>
internal sealed class UploadLoop(SpoolShipper shipper, TimeProvider time, ILogger<UploadLoop> logger) : IAsyncDisposable
{
    private static readonly TimeSpan RestartInterval = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _finish = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Ships all that waits, without waiting out a backoff; false if the token fired first. What is left stays in the spool.</summary>
    public async Task<bool> DrainAsync(CancellationToken cancellationToken)
    {
        // an upload that is under way goes on: begun again it would have less time
        await _finish.CancelAsync();
        try
        {
            await _running.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            await _stop.CancelAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_running.IsCanceled) // else it has
            await shipper.EndAsync();
        _finish.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                await shipper.RunAsync(_finish.Token, _stop.Token);
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception failure)
            {
                // a bug; nothing else would ship, and the spool would fill up in silence
                logger.ShippingRestarted(failure.GetType().Name);
            }

            await Task.Delay(RestartInterval, time, _stop.Token);
        }
    }
}
