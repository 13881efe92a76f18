namespace K8sRecorder.Recording.Reading;

/// <summary>A masked span as a record states it: offsets inside a part that the record stores.</summary>
public readonly record struct MaskedPlace(long Part, long At, long Length, int Record);
