namespace K8sRecorder.Dialects.Tools;

/// <summary>How a request speaks of a tool.</summary>
public enum ToolUse
{
    /// <summary>An MCP <c>tools/call</c>.</summary>
    McpCall,

    /// <summary>A model call offers it, asks for it, or has a call or a result of it in its history.</summary>
    ModelCall,
}
