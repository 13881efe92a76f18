namespace K8sRecorder.Sidecar.Trust;

/// <summary>Why a server is not believed.</summary>
internal enum UpstreamProblem
{
    None,
    NoCertificate,
    TooManyCertificates,
    NameMismatch,
    NotYetValid,
    Expired,
    SelfSigned,
    UnknownIssuer,
    NotForServers,
    BadSignature,
    WeakKey,
    ConstraintViolated,
    Malformed,
}
