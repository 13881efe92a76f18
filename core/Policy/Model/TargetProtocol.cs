namespace K8sRecorder.Policy.Model;

/// <summary>What is spoken with a target.</summary>
public enum TargetProtocol
{
    /// <summary>Found out from the first bytes.</summary>
    Auto,

    /// <summary>HTTP/1.1 and HTTP/2.</summary>
    HTTP,

    /// <summary>The PostgreSQL wire protocol, version 3.</summary>
    PostgreSQL,

    /// <summary>The MySQL client/server protocol.</summary>
    MySQL,

    /// <summary>SSH 2.</summary>
    SSH,

    /// <summary>Bytes of no known form.</summary>
    TCP,
}
