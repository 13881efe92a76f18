namespace K8sRecorder.Testing.Http2;

/// <summary>What becomes of a target's connections beside its first one.</summary>
public enum Others
{
    /// <summary>They are as good as the first.</summary>
    Served,

    /// <summary>Nobody listens any more.</summary>
    Refused,

    /// <summary>They are taken, and ended before a word of TLS.</summary>
    Dropped,

    /// <summary>They are ended behind the handshake.</summary>
    DroppedInside,

    /// <summary>They are taken, and told that no stream of theirs will be looked at.</summary>
    SentAway,
}
