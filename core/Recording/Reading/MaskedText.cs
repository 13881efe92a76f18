namespace K8sRecorder.Recording.Reading;

/// <summary>A masked span in a content: what stands there is a marker of the recorder's, not of the agent's or target's.</summary>
/// <param name="At">Byte offset in the content.</param>
/// <param name="Length">Bytes of the marker.</param>
/// <param name="Detector">What found it.</param>
/// <param name="Tag">The keyed fingerprint of what was masked, where there is one.</param>
public readonly record struct MaskedText(long At, int Length, string Detector, string? Tag);
