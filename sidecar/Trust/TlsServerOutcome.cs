namespace K8sRecorder.Sidecar.Trust;

/// <summary>What became of a handshake with an agent.</summary>
internal enum TlsServerOutcome
{
    Done,

    /// <summary>It does not believe our certificate: it is pinned, or does not know the pod's authority.</summary>
    CertificateRefused,

    /// <summary>It closed without a word in the middle of the handshake. Some pinned clients do.</summary>
    Closed,

    /// <summary>No version, cipher suite or protocol that both have.</summary>
    NothingInCommon,

    /// <summary>It refused with an alert that says neither.</summary>
    Refused,

    TimedOut,

    /// <summary>What it sent is not TLS, or too much of it.</summary>
    Malformed,
}
