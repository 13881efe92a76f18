namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>Between the load of one life of the sidecar and whoever ends it.</summary>
internal sealed class LoadSignal
{
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    /// <summary>No new exchange begins; those under way go on until they end or their connection dies.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Completes with the first response that a client received in full.</summary>
    public Task FirstAnswer => _answered.Task;

    public void Answered() => _answered.TrySetResult();

    public void Stop() => _stopping = true;
}
