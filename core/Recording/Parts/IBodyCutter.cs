namespace K8sRecorder.Recording.Parts;

/// <summary>
/// Says where a body is to be cut into pieces, so that a piece that comes again is found again. One cutter serves one body,
/// is fed every byte of it in order, and keeps a bounded state. Cutting only costs or saves space: any answer gives a correct recording.
/// </summary>
public interface IBodyCutter
{
    /// <summary>Takes the next bytes of the body.</summary>
    /// <param name="bytes">The masked bytes that follow those of the call before.</param>
    /// <param name="cuts">Gets the offsets, from the start of the body, after which the body is to be cut; ascending.</param>
    void Push(ReadOnlySpan<byte> bytes, List<long> cuts);
}
