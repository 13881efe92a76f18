using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Effective;

/// <summary>A document that an effective policy was made of.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace; null for a cluster-scoped one or where none was written.</param>
/// <param name="Name">Its name.</param>
public sealed record PolicySource(PolicyKind Kind, string? Namespace, string Name)
{
    /// <summary>kind, namespace and name, as people write them.</summary>
    public override string ToString() => Namespace is null ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";
}
