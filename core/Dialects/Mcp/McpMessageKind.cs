namespace K8sRecorder.Dialects.Mcp;

/// <summary>What a JSON-RPC message is.</summary>
public enum McpMessageKind
{
    /// <summary>It has a method and an id.</summary>
    Request,

    /// <summary>It has a method and no id.</summary>
    Notification,

    /// <summary>It has a result.</summary>
    Result,

    /// <summary>It has an error.</summary>
    Error,
}
