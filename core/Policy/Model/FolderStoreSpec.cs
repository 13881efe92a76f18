namespace K8sRecorder.Policy.Model;

/// <summary>A folder.</summary>
public sealed record FolderStoreSpec
{
    /// <summary>Its absolute path.</summary>
    public string? Path { get; init; }
}
