namespace K8sRecorder.Recording.Sessions;

/// <summary>Somebody who stands in line before the <see cref="Intake"/>; completes when the room is theirs.</summary>
internal sealed class Admission(int weight) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Bytes that it asks room for.</summary>
    public int Weight => weight;
}
