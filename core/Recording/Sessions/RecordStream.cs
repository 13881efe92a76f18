using System.Diagnostics.CodeAnalysis;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// A record whose body arrives in pieces. The record is written at the end of the body, or earlier with <c>"more":true</c> (1 MiB gathered,
/// head interval, seal), and then goes on in records of the continuation kind. One call at a time per stream.
/// </summary>
[SuppressMessage("Naming", "CA1711", Justification = "a stream in the protocols' sense, as the other types of this path name it")]
public sealed class RecordStream
{
    internal RecordStream()
    {
    }

    /// <summary>Content coding of the wire form, written into the bodies from now on; null where decoding did not succeed.</summary>
    public string? Coding { get; set; }

    /// <summary>
    /// Takes the next piece. Completes when the mode's promise is kept for the first record's own fields and for every byte so far: in
    /// Strict the bytes may be forwarded then. An empty piece is allowed, e.g. to account for a message's head before its body comes.
    /// </summary>
    /// <param name="masked">Masked bytes; copied.</param>
    /// <param name="spans">What was masked, offsets from the start of the stream's masked bytes; ascending.</param>
    /// <param name="wireBytes">Bytes this piece had on the wire.</param>
    /// <param name="pending">Clear bytes that were forwarded, or will be once this completes, and that the masker still holds.</param>
    /// <param name="ct">Gives up waiting; the piece may still be recorded.</param>
    /// <exception cref="SpoolFullException">Strict: the spool stayed full.</exception>
    /// <exception cref="RecordingFailedException">The session cannot write any more.</exception>
    public ValueTask AppendAsync(
        ReadOnlyMemory<byte> masked, IReadOnlyList<ContentSpan>? spans, int wireBytes, int pending, CancellationToken ct) =>
        throw new NotImplementedException();

    /// <summary>Ends the body and writes the last record of the stream. The stream is not usable afterwards.</summary>
    /// <param name="trailerFields">Sets fields that follow the body: trailers, cut, error. Called before this returns.</param>
    /// <param name="ct">Gives up waiting; the record may still be written.</param>
    public ValueTask CompleteAsync(Action<RecordDraft>? trailerFields, CancellationToken ct) => throw new NotImplementedException();
}
