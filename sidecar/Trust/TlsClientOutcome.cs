namespace K8sRecorder.Sidecar.Trust;

/// <summary>What became of a handshake with an upstream.</summary>
internal enum TlsClientOutcome
{
    Done,

    /// <summary>It is not who it should be; <see cref="TlsClientResult.Verdict"/> says why.</summary>
    NotBelieved,

    /// <summary>It does not go on without a certificate of the agent's, which we do not have.</summary>
    ClientCertificateRequired,

    /// <summary>No version, cipher suite or protocol that both have.</summary>
    NothingInCommon,

    /// <summary>It refused with another alert; unrecognized_name (112) means that it does not know the server name.</summary>
    Refused,

    Closed,
    TimedOut,

    /// <summary>What it sent is not TLS, or too much of it.</summary>
    Malformed,
}
