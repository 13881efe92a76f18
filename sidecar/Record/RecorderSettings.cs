using K8sRecorder.Masking;

namespace K8sRecorder.Sidecar.Record;

/// <summary>What recording needs to know of the policy in force; the same for all channels.</summary>
internal sealed record RecorderSettings(MaskingEngine Masking, RunLabels RunLabels, long BodyLimit, bool IsStrict, TimeProvider Time);
