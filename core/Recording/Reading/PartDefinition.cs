namespace K8sRecorder.Recording.Reading;

/// <summary>Where a record stores a part: <c>[n,length,"digest"]</c>.</summary>
/// <param name="Part">The part's number.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Record">The index of the record in its chunk.</param>
/// <param name="DigestAt">Where the base64 digest stands in the chunk's plain bytes.</param>
public readonly record struct PartDefinition(long Part, long Length, int Record, int DigestAt);
