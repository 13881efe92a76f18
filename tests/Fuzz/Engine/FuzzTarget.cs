namespace K8sRecorder.Fuzz.Engine;

/// <summary>One parser and what must hold for it, whatever the bytes.</summary>
public abstract class FuzzTarget
{
    /// <summary>Its name on the command line and of its folders.</summary>
    public abstract string Name { get; }

    /// <summary>What it feeds, in a few words.</summary>
    public abstract string Subject { get; }

    /// <summary>Longest input that is made.</summary>
    public virtual int MaxLength => 64 * 1024;

    /// <summary>Words of the format, beside the literals of the code.</summary>
    public virtual IEnumerable<string> Dictionary => [];

    /// <summary>Which part of the time it gets: half for what parses nothing itself, or by parsers that have a target of their own.</summary>
    public virtual double Share => 1;

    /// <summary>Inputs to begin with.</summary>
    public virtual IEnumerable<byte[]> Seeds() => [];

    /// <summary>
    /// Feeds the input and checks what came out: <see cref="OracleException"/> where it does not hold. Any other exception is a finding as well.
    /// The same input always runs the same way.
    /// </summary>
    public abstract void Run(byte[] input, Measure measure);

    /// <summary>Bytes that the subject may allocate for an input of this length, once everything is warm.</summary>
    public virtual long AllocationLimit(int length) => (1 << 20) + (64L * length);

    /// <summary>Processor time that one run may take, all checks included: far above what is seen, far below what hurts.</summary>
    public virtual TimeSpan TimeLimit(int length) => TimeSpan.FromMilliseconds(500 + (length / 20.0));
}
