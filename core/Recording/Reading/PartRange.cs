namespace K8sRecorder.Recording.Reading;

/// <summary>Consecutive parts of a part list, both ends included.</summary>
public readonly record struct PartRange(long First, long Last)
{
    /// <summary>How many parts.</summary>
    public long Count => Last - First + 1;
}
