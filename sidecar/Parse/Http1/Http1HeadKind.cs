namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>What a head begins with.</summary>
internal enum Http1HeadKind
{
    /// <summary>Method, target, version.</summary>
    Request,

    /// <summary>Version, status, reason.</summary>
    Response,

    /// <summary>No start line: the fields behind the last chunk.</summary>
    Trailers,
}
