namespace K8sRecorder.Kube.Models;

/// <summary>An object with metadata. The names here and beside it are KubernetesClient's, so that its types can take their place.</summary>
public interface IKubernetesObject<TMetadata> : IKubernetesObject
{
    TMetadata? Metadata { get; set; }
}
