namespace K8sRecorder.Policy.Selection;

/// <summary>Why a pod is not recorded, as far as labels, annotations and policies decide it. Names are shown in events, metrics and status.</summary>
public enum NotRecordedReason
{
    /// <summary>It is recorded.</summary>
    None,

    /// <summary>Nothing asks for it: no annotation, no policy that selects it.</summary>
    NotSelected,

    /// <summary>A policy selects it, and its namespace is not labelled <c>enabled</c> or <c>required</c>.</summary>
    NamespaceNotEnabled,

    /// <summary>Its namespace is labelled <c>disabled</c>.</summary>
    NamespaceDisabled,

    /// <summary>It is annotated <c>"false"</c> where that is honoured.</summary>
    OptedOut,

    /// <summary>Its annotation says neither <c>"true"</c> nor <c>"false"</c>, and nothing else asks for it.</summary>
    AnnotationUnknown,

    /// <summary>Its namespace requires a recording, and no policy applies to it.</summary>
    NoPolicyApplies,

    /// <summary>It names a policy that is not there.</summary>
    PolicyNotFound,
}
