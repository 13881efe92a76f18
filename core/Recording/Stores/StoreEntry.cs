namespace K8sRecorder.Recording.Stores;

/// <summary>One object in a listing.</summary>
/// <param name="Key">The whole key.</param>
/// <param name="Size">The number of stored bytes.</param>
public readonly record struct StoreEntry(string Key, long Size);
