using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube;

/// <summary>Which object of its kind; <paramref name="Namespace"/> is empty where the kind has none.</summary>
public readonly record struct NamespacedName(string Namespace, string Name)
{
    public static NamespacedName Of(IKubernetesObject<V1ObjectMeta> entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return new NamespacedName(entity.Metadata?.NamespaceProperty ?? "", entity.Metadata?.Name ?? "");
    }

    public override string ToString() => Namespace is "" ? Name : $"{Namespace}/{Name}";
}
