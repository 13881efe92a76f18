namespace K8sRecorder.Policy.Model;

/// <summary>A header in which the agent labels its runs.</summary>
public sealed record RunKeySpec
{
    /// <summary>The header.</summary>
    public string? Header { get; init; }
}
