namespace K8sRecorder.Masking.Events;

/// <summary>Tells the documents of a stream of events apart.</summary>
internal abstract class DocumentFraming
{
    /// <summary>Whether a document may hold another in base64, its member <c>bytes</c>.</summary>
    public virtual bool HasInner => false;

    /// <summary>How many of the next bytes are of one kind; at least one of them is there.</summary>
    /// <param name="source">The next bytes.</param>
    /// <param name="isDocument">Whether they are of a document.</param>
    /// <param name="ends">Whether the document ends behind them.</param>
    public abstract int Take(ReadOnlySpan<byte> source, out bool isDocument, out bool ends);

    /// <summary>Makes it ready for a new stream.</summary>
    public virtual void Reset()
    {
    }
}
