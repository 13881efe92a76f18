using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Recording.Sessions;

/// <summary>
/// A record being built: structure fields, which become the leaf, and content fields, which become parts. Fields are written in the order
/// they are set in, so set them in the order of docs/recording-format.md. A draft is used once, by one thread; handing it to
/// <see cref="RecordingSession.AppendAsync"/> or <see cref="RecordingSession.Begin"/> gives it away (it is pooled and cleared).
/// Get one from <see cref="RecordingSession.NewDraft"/>.
/// </summary>
public sealed class RecordDraft
{
    /// <summary>Starts a record.</summary>
    /// <param name="kind">Dotted kind: a constant of the caller, never something an agent wrote.</param>
    /// <param name="channel">Channel number, or 0 where the record belongs to the session itself.</param>
    /// <param name="at">When it happened.</param>
    public RecordDraft(string kind, long channel, DateTimeOffset at)
    {
        Kind = kind;
        Channel = channel;
        At = at;
    }

    /// <summary>Dotted kind.</summary>
    public string Kind { get; private set; }

    /// <summary>Channel number; 0 where the record belongs to the session itself.</summary>
    public long Channel { get; private set; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Sets a structure field. The value stands in the leaf and can never be erased: no text of agents or targets.</summary>
    public void Set(string name, string value) => throw new NotImplementedException();

    /// <summary>Sets a structure field to a number.</summary>
    public void Set(string name, long value) => throw new NotImplementedException();

    /// <summary>Sets a structure field to a truth value.</summary>
    public void Set(string name, bool value) => throw new NotImplementedException();

    /// <summary>Sets a structure field to a time.</summary>
    public void Set(string name, DateTimeOffset value) => throw new NotImplementedException();

    /// <summary>Sets a content field (<c>head</c>, <c>run</c>, <c>trailers</c>): the bytes become parts, the record gets the part list.</summary>
    /// <param name="name">Name of the field.</param>
    /// <param name="masked">The masked bytes; copied.</param>
    /// <param name="spans">What was masked, offsets from the start of <paramref name="masked"/>; ascending.</param>
    public void SetContent(string name, ReadOnlySpan<byte> masked, IReadOnlyList<ContentSpan>? spans = null) =>
        throw new NotImplementedException();

    /// <summary>Sets <c>body</c> to a whole body that is already here. For one that arrives in pieces see <see cref="RecordingSession.Begin"/>.</summary>
    /// <param name="masked">The masked bytes; copied.</param>
    /// <param name="spans">What was masked; ascending.</param>
    /// <param name="wireBytes">Bytes on the wire; written where they differ from the masked size.</param>
    /// <param name="coding">Content coding of the wire form, where decoding succeeded.</param>
    /// <param name="cutter">Says where the body is cut; null: one part.</param>
    public void SetBody(
        ReadOnlySpan<byte> masked, IReadOnlyList<ContentSpan>? spans, long wireBytes, string? coding = null, IBodyCutter? cutter = null) =>
        throw new NotImplementedException();
}
