namespace K8sRecorder.Operator.Injection;

/// <summary>Why a pod that should get a recorder gets none. Beside these there are the reasons of label, annotation and policies.</summary>
internal enum InjectionReason
{
    /// <summary>Its namespace is one of the cluster's or the operator's own.</summary>
    NamespaceExcluded,

    /// <summary>It shows a static pod, which the kubelet runs as it is.</summary>
    MirrorPod,

    /// <summary>It uses the node's network: rules there would be for every process of the node.</summary>
    HostNetwork,

    /// <summary>It is for Windows nodes.</summary>
    Windows,

    /// <summary>A node that takes pods is older than 1.30 and does not know sidecars as they are needed.</summary>
    NodeTooOld,

    /// <summary>A service mesh redirects its traffic, by the same ports and rules.</summary>
    ServiceMesh,

    /// <summary>Its namespace enforces a Pod Security level that forbids what this capture mode needs.</summary>
    PodSecurity,

    /// <summary>Another container has the recorder's uid, and would reach the network as the recorder does.</summary>
    ReservedUid,

    /// <summary>It asks for a token of the recorder's audience.</summary>
    RecorderAudience,

    /// <summary>Only where recording is required: it sees the processes of all containers, or of the node.</summary>
    SharedProcesses,

    /// <summary>Only where recording is required: a container is privileged or may change the network.</summary>
    PrivilegedContainer,

    /// <summary>Only where recording is required: it mounts folders of the node, where the recorder's lie too.</summary>
    HostPath,

    /// <summary>A policy that applies is wrong.</summary>
    PolicyInvalid,

    /// <summary>A policy that applies asks for what this build does not enforce.</summary>
    PolicyNotEnforced,

    /// <summary>The policies that apply contradict each other.</summary>
    PolicyConflict,

    /// <summary>There is no RecordingStore of the name.</summary>
    StoreNotFound,

    /// <summary>The RecordingStore is wrong, or of a kind that this build does not have.</summary>
    StoreNotReady,

    /// <summary>It has no containers, or is no pod.</summary>
    NotAPod,
}
