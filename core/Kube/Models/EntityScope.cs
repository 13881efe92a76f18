namespace K8sRecorder.Kube.Models;

/// <summary>Whether objects of a type lie in namespaces.</summary>
public enum EntityScope
{
    Namespaced,
    Cluster,
}
