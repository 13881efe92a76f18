namespace K8sRecorder.Sidecar.Guard;

/// <summary>What the first bytes of a body look like.</summary>
internal enum BodyLook
{
    /// <summary>Too few to tell.</summary>
    Unclear,

    /// <summary>An object or array of JSON, in UTF-8, UTF-16 or UTF-32.</summary>
    Json,

    /// <summary>Something else.</summary>
    Other,
}
