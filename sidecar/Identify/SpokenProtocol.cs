namespace K8sRecorder.Sidecar.Identify;

/// <summary>What the first bytes of a connection say that it speaks.</summary>
internal enum SpokenProtocol
{
    /// <summary>Nothing that is known here: bytes.</summary>
    Opaque,

    /// <summary>TLS, by a ClientHello (RFC 8446 4.1.2).</summary>
    Tls,

    /// <summary>HTTP/1.0 or 1.1 in plaintext.</summary>
    Http1,

    /// <summary>HTTP/2 in plaintext, by prior knowledge (RFC 9113 3.3).</summary>
    Http2,

    /// <summary>PostgreSQL: a StartupMessage, or a request for TLS or GSSAPI encryption before it.</summary>
    PostgreSQL,

    /// <summary>SSH: an identification string (RFC 4253 4.2), of either side.</summary>
    Ssh,

    /// <summary>MySQL: the server's handshake packet.</summary>
    MySql,
}
