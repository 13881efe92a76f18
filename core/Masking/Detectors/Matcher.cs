namespace K8sRecorder.Masking.Detectors;

/// <summary>
/// Judges a place where its literal stands. The verdict must not depend on bytes past the text's end: a matcher that would
/// have to know them answers <see cref="Verdict.More"/> while the end is open. That is what makes the result the same
/// however a stream is cut.
/// </summary>
internal abstract class Matcher
{
    /// <summary>Judges.</summary>
    public abstract Verdict Match(in Probe probe);
}
