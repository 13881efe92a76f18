namespace K8sRecorder.Masking.Lanes;

/// <summary>
/// Where a document stands that came in base64. The positions of its bytes count from the start of the run: so each is at or before the place
/// where it really is.
/// </summary>
/// <param name="Start">Where the run starts in the stream.</param>
/// <param name="End">Where it ends; 0 for what came as it is.</param>
/// <param name="IsExact">Whether four bytes of it are three of the document. Else it holds escapes, and is masked to its end.</param>
internal readonly record struct Base64Run(long Start, long End, bool IsExact)
{
    /// <summary>Brings a range of the document to one of the stream.</summary>
    public (long Start, long End) Locate(long start, long end)
    {
        if (End == 0)
            return (start, end);
        if (!IsExact)
            return (start, End);
        return (Start + ((start - Start) / 3 * 4), Math.Min(End, Start + ((end - Start + 2) / 3 * 4)));
    }
}
