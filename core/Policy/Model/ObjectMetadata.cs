namespace K8sRecorder.Policy.Model;

/// <summary>Name and labels of a document.</summary>
public sealed record ObjectMetadata
{
    /// <summary>The object's name.</summary>
    public string? Name { get; init; }

    /// <summary>Its namespace; absent on cluster-scoped kinds.</summary>
    public string? Namespace { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Its annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}
