namespace K8sRecorder.Policy.Selection;

/// <summary>What a pod's annotation <see cref="RecordingKeys.Record"/> says.</summary>
public enum RecordAnnotation
{
    /// <summary>There is none.</summary>
    Absent,

    /// <summary><c>"true"</c>.</summary>
    True,

    /// <summary><c>"false"</c>.</summary>
    False,

    /// <summary>Something else: it asks for nothing and opts out of nothing.</summary>
    Unknown,
}
