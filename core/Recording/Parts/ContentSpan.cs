namespace K8sRecorder.Recording.Parts;

/// <summary>A masked span: where the marker <c>[MASKED:detector]</c> stands in a piece of content.</summary>
/// <param name="At">Byte offset of the marker, from the start of the content (for a stream: of the whole stream).</param>
/// <param name="Length">Length of the marker in bytes.</param>
/// <param name="Detector">Name of the detector that found the secret.</param>
/// <param name="Tag">Keyed fingerprint of the secret, where the detector gives one.</param>
public readonly record struct ContentSpan(long At, int Length, string Detector, string? Tag);
