namespace K8sRecorder.Policy.Model;

/// <summary>An S3 bucket.</summary>
public sealed record S3StoreSpec
{
    /// <summary>The bucket.</summary>
    public string? Bucket { get; init; }

    /// <summary>Its region.</summary>
    public string? Region { get; init; }

    /// <summary>Another endpoint than Amazon's.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Whether the bucket stands in the path.</summary>
    public bool? ForcePathStyle { get; init; }
}
