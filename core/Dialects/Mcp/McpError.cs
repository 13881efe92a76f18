namespace K8sRecorder.Dialects.Mcp;

/// <summary>An error of JSON-RPC.</summary>
/// <param name="Code">Its code; null where there is none that is a number.</param>
/// <param name="Message">Its text, written by the server.</param>
public sealed record McpError(long? Code, string Message);
