namespace K8sRecorder.Kube.Models;

/// <summary>Where the API server keeps a type.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KubernetesEntityAttribute : Attribute
{
    /// <summary>The API group; empty for the core group.</summary>
    public required string Group { get; init; }

    /// <summary>The version alone, as <c>v1</c>.</summary>
    public required string ApiVersion { get; init; }

    public required string Kind { get; init; }

    /// <summary>The last part of the path, as <c>pods</c>.</summary>
    public required string PluralName { get; init; }
}
