namespace K8sRecorder.Sidecar.Parse.Tcp;

/// <summary>What becomes of a raw connection in the middle of which TLS begins: nobody takes it off there.</summary>
internal enum TlsInside
{
    /// <summary>Its bytes are recorded like others.</summary>
    Recorded,

    /// <summary>From there on bytes are counted, and the recording says so.</summary>
    Counted,

    /// <summary>It ends there.</summary>
    Refused,
}
