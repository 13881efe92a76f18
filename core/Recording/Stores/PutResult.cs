namespace K8sRecorder.Recording.Stores;

/// <summary>What became of a create-only write.</summary>
public enum PutResult
{
    /// <summary>The object did not exist and is now durable.</summary>
    Created,

    /// <summary>An object of that key is there already and was left alone. Whose bytes it holds is settled by <see cref="IRecordingStore.ConfirmAsync"/>.</summary>
    Exists,
}
