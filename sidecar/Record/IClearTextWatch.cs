using K8sRecorder.Masking;

namespace K8sRecorder.Sidecar.Record;

/// <summary>Sees a body's clear text before it is masked.</summary>
internal interface IClearTextWatch
{
    /// <summary>How a body that begins so is looked through.</summary>
    MaskingShape ShapeOf(ReadOnlySpan<byte> first);

    /// <summary>What masks it together with the messages before it; null: it is masked by itself.</summary>
    SpelledMessages? SpelledBy(ReadOnlySpan<byte> first);

    /// <summary>The next bytes.</summary>
    void Look(ReadOnlySpan<byte> clear);
}
