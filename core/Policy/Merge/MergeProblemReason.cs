namespace K8sRecorder.Policy.Merge;

/// <summary>What does not fit together where several policies apply.</summary>
public enum MergeProblemReason
{
    /// <summary>Two policies of one level name different stores.</summary>
    StoreConflict,

    /// <summary>Targets reach the same traffic and speak different protocols there, or the same target is led to different places.</summary>
    TargetConflict,

    /// <summary>Two targets listen at the same address, or one's upstream is the other's listener.</summary>
    ListenerConflict,

    /// <summary>Two policies of one level log in to the same target with different credentials.</summary>
    CredentialsConflict,

    /// <summary>Two policies of one level name different tokens of the user.</summary>
    IdentityConflict,

    /// <summary>A namespaced policy lets traffic through unrecorded, and no cluster policy allows that.</summary>
    PassNeedsClusterPolicy,

    /// <summary>Together they ask for more than a recorder takes.</summary>
    TooLarge,
}
