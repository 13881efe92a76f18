namespace K8sRecorder.Kube.Configuration;

/// <summary>How to reach the API server is not known; every problem at once.</summary>
public sealed class KubeConfigException(IReadOnlyList<KubeConfigProblem> problems) : Exception(string.Join("; ", problems))
{
    public IReadOnlyList<KubeConfigProblem> Problems { get; } = problems;
}
