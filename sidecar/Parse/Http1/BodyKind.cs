namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>How the end of a message is told (RFC 9112 6.3).</summary>
internal enum BodyKind
{
    None,
    Length,
    Chunked,
    UntilClose,
}
