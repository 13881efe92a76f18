namespace K8sRecorder.Masking.Detectors;

/// <summary>Which detector names a marker where several agree: the higher.</summary>
internal enum Rank
{
    /// <summary>A field of a form, header or document: says nothing of the value.</summary>
    Field,

    /// <summary>Judged by what stands around the value.</summary>
    Context,

    /// <summary>A form of its own.</summary>
    Structure,

    /// <summary>A rule of the policy.</summary>
    Rule,
}
