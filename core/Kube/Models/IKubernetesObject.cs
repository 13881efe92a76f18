namespace K8sRecorder.Kube.Models;

/// <summary>Anything with a kind.</summary>
public interface IKubernetesObject
{
    /// <summary>Group and version, as <c>apps/v1</c>; the core group has none, as <c>v1</c>.</summary>
    string? ApiVersion { get; set; }

    string? Kind { get; set; }
}
