namespace K8sRecorder.Recording.Reading;

/// <summary>A content as records commit to it: a list of parts.</summary>
/// <param name="Parts">The parts, in order.</param>
/// <param name="Size">Masked bytes, for bodies: the lengths of their parts.</param>
/// <param name="Wire">Bytes on the wire, where they are others.</param>
/// <param name="Coding">The coding of the wire form, where it was decoded.</param>
public sealed record ContentReference(IReadOnlyList<PartRange> Parts, long? Size = null, long? Wire = null, string? Coding = null)
{
    /// <summary>No content.</summary>
    public static ContentReference Empty { get; } = new([]);
}
