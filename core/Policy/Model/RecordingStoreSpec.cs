namespace K8sRecorder.Policy.Model;

/// <summary>Where recordings go: exactly one of them.</summary>
public sealed record RecordingStoreSpec
{
    /// <summary>An Azure Blob container.</summary>
    public AzureBlobStoreSpec? AzureBlob { get; init; }

    /// <summary>An S3 bucket.</summary>
    public S3StoreSpec? S3 { get; init; }

    /// <summary>A folder.</summary>
    public FolderStoreSpec? Folder { get; init; }
}
