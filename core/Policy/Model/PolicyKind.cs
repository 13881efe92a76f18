namespace K8sRecorder.Policy.Model;

/// <summary>The kinds of document a policy file may hold.</summary>
public enum PolicyKind
{
    /// <summary>Namespaced: how the pods of one namespace are recorded.</summary>
    RecordingPolicy,

    /// <summary>The same for many namespaces: the floor under theirs.</summary>
    ClusterRecordingPolicy,

    /// <summary>Where recordings go.</summary>
    RecordingStore,
}
