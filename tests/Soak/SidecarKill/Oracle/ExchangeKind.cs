namespace K8sRecorder.Soak.SidecarKill.Oracle;

/// <summary>The shapes of traffic in the mix.</summary>
internal enum ExchangeKind
{
    /// <summary>GET, an answer with a length.</summary>
    Get,

    /// <summary>GET, an answer in chunks with pauses.</summary>
    Chunked,

    /// <summary>GET, an answer of some MB.</summary>
    Large,

    /// <summary>GET, an answer coded with gzip.</summary>
    Coded,

    /// <summary>GET, an answer that ends with its connection.</summary>
    UntilClose,

    /// <summary>POST of a JSON document, answered with one.</summary>
    Post,

    /// <summary>POST, answered with server-sent events.</summary>
    Events,

    /// <summary>The same, and the client leaves in the middle.</summary>
    EventsLeft,

    /// <summary>PUT of a body with a length, up to some MB.</summary>
    Upload,

    /// <summary>PUT of a body in chunks.</summary>
    UploadChunked,

    /// <summary>A raw connection, both sides talking.</summary>
    Tcp,
}
