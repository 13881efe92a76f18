namespace K8sRecorder.Sidecar.Guard;

/// <summary>What is to be done with a body of which some is here.</summary>
internal enum BodyStep
{
    /// <summary>More of it is needed.</summary>
    Hold,

    /// <summary>It may go on, and what follows of it.</summary>
    Pass,

    /// <summary>It must not go on.</summary>
    Deny,
}
