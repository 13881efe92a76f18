namespace K8sRecorder.Recording.Sessions;

/// <summary>Somebody who waits before the <see cref="Intake"/>; completes when asking again may help.</summary>
internal sealed class Admission(int weight) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Bytes that it asks room for.</summary>
    public int Weight => weight;
}
