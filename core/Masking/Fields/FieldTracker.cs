namespace K8sRecorder.Masking.Fields;

/// <summary>Follows the structure of a stream and reports values that are masked whatever they are.</summary>
internal abstract class FieldTracker
{
    /// <summary>Stream position from which on nothing is decided; <see cref="long.MaxValue"/> if it waits for nothing.</summary>
    public abstract long Hold { get; }

    /// <summary>Takes the next bytes, which stand at a position of the stream.</summary>
    public abstract void Feed(ReadOnlySpan<byte> source, long at);

    /// <summary>The stream ends at a position.</summary>
    public abstract void Complete(long at);

    /// <summary>Makes it ready for a new stream.</summary>
    public abstract void Reset();
}
