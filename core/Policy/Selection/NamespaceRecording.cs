namespace K8sRecorder.Policy.Selection;

/// <summary>What a namespace's label <see cref="RecordingKeys.NamespaceLabel"/> says.</summary>
public enum NamespaceRecording
{
    /// <summary>There is no label, or one of no known value: only pods that ask for it are recorded.</summary>
    Absent,

    /// <summary>Pods that ask for it or that a policy selects; admission fails open.</summary>
    Enabled,

    /// <summary>Every pod; admission fails closed and nobody opts out.</summary>
    Required,

    /// <summary>None.</summary>
    Disabled,
}
