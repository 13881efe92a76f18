namespace K8sRecorder.Masking;

/// <summary>One marker in masked text: where it stands there and what it stands for. Never the value.</summary>
/// <param name="At">Byte offset of the marker in the masked output of its stream.</param>
/// <param name="Length">Length of the marker in bytes.</param>
/// <param name="Detector">Name of the detector that found the secret.</param>
/// <param name="Tag">Keyed fingerprint of the secret: the same secret has the same tag everywhere. Null for guessable kinds.</param>
public readonly record struct MaskedSpan(long At, int Length, string Detector, string? Tag);
