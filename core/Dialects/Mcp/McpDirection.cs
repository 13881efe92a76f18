namespace K8sRecorder.Dialects.Mcp;

/// <summary>Which way a message went.</summary>
public enum McpDirection
{
    /// <summary>From the agent, which is the client.</summary>
    ToServer,

    /// <summary>From the server; up to 2025-11-25 servers ask clients, too.</summary>
    ToClient,
}
