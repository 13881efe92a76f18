using K8sRecorder.Masking.Detectors;

namespace K8sRecorder.Masking.Output;

/// <summary>Source bytes that must not be recorded.</summary>
/// <param name="Start">Where they start in the stream.</param>
/// <param name="End">Where they end.</param>
/// <param name="Detector">Who says so; null for the going on of a secret whose marker stands before.</param>
/// <param name="Rank">Who names the marker where several agree.</param>
/// <param name="Tag">The tag of the secret.</param>
/// <param name="Secret">Bytes of the secret as its finder reads it, which is more than stands here where it goes on elsewhere; 0 where nobody reads it whole.</param>
/// <param name="Quoted">Whether the marker takes the place of a bare JSON value and needs quotes.</param>
internal readonly record struct MaskRange(long Start, long End, string? Detector, Rank Rank, string? Tag, int Secret, bool Quoted);
