namespace K8sRecorder.Policy.Model;

/// <summary>An Azure Blob container.</summary>
public sealed record AzureBlobStoreSpec
{
    /// <summary>Its URL, without a signature.</summary>
    public string? ContainerUrl { get; init; }
}
