namespace K8sRecorder.Recording.Reading;

/// <summary>A chunk in the order of a session.</summary>
/// <param name="Name">The SHA-256 in its key.</param>
/// <param name="Key">Its key.</param>
/// <param name="StoredBytes">Its stored size.</param>
/// <param name="PlainBytes">Its plain size.</param>
/// <param name="FirstSeq">The number of its first record.</param>
/// <param name="Records">How many records it holds.</param>
/// <param name="LastHead">Its last head, or null.</param>
public sealed record ChunkPlace(
    string Name, string Key, long StoredBytes, long PlainBytes, long FirstSeq, int Records, SignedHead? LastHead);
