namespace K8sRecorder.Testing.Net;

/// <summary>The capabilities of a thread that acts in a namespace.</summary>
public enum Rights
{
    /// <summary>Those of the test.</summary>
    All,

    /// <summary>CAP_NET_RAW and no other: what a container has by default.</summary>
    NetRaw,

    /// <summary>None.</summary>
    None,
}
