namespace K8sRecorder.Policy.Model;

/// <summary>How traffic gets to the recorder, weakest first.</summary>
public enum CaptureMode
{
    /// <summary>Only through the loopback listeners of the targets; what the agent sends elsewhere is not seen.</summary>
    Listeners,

    /// <summary>Through HTTP(S)_PROXY and the listeners: cooperative.</summary>
    Proxy,

    /// <summary>All egress of the pod, by nftables.</summary>
    Redirect,
}
