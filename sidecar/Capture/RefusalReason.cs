namespace K8sRecorder.Sidecar.Capture;

/// <summary>Why a connection was not let through; words of a fixed list.</summary>
internal readonly record struct RefusalReason(string Text)
{
    /// <summary>No target names it, and the policy says <c>unmatched: Deny</c>.</summary>
    public static readonly RefusalReason Unmatched = new("unmatched");

    /// <summary>Somebody spoke to the listener itself: nothing says where to.</summary>
    public static readonly RefusalReason NotRedirected = new("notRedirected");

    /// <summary>It would come back to us.</summary>
    public static readonly RefusalReason Loop = new("loop");

    /// <summary>It cannot be read, and the policy says <c>uninterceptable: Deny</c>.</summary>
    public static readonly RefusalReason Uninterceptable = new("uninterceptable");

    /// <summary>The target's certificate does not bear out its name; or its TLS is not to be opened, and nothing else shows that it is the target.</summary>
    public static readonly RefusalReason Untrusted = new("untrusted");

    /// <summary>The target could not be reached.</summary>
    public static readonly RefusalReason Unreachable = new("unreachable");

    /// <summary>It speaks another protocol than the policy says.</summary>
    public static readonly RefusalReason Protocol = new("protocol");

    /// <summary>What our proxy was asked for is no host and port.</summary>
    public static readonly RefusalReason Malformed = new("malformed");

    /// <summary>The agent and we have no TLS in common, or it broke the handshake off.</summary>
    public static readonly RefusalReason Handshake = new("handshake");

    /// <summary>It ended, or the recorder stopped, before it was known what it is.</summary>
    public static readonly RefusalReason Left = new("left");

    /// <summary>Nothing was said in time, and nothing says where it may go.</summary>
    public static readonly RefusalReason Silent = new("silent");
}
