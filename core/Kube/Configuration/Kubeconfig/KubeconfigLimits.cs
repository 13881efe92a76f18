namespace K8sRecorder.Kube.Configuration.Kubeconfig;

/// <summary>How much of a kubeconfig is read before it is refused: certificates of some hundred clusters fit.</summary>
internal static class KubeconfigLimits
{
    public const int Bytes = 8 << 20;
    public const int Depth = 32;
    public const int Nodes = 200_000;
}
