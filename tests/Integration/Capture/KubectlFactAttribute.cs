using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>A fact about kubectl in a pod; where there is none it is skipped and says why.</summary>
public sealed class KubectlFactAttribute : FactAttribute
{
    public KubectlFactAttribute() => Skip = NetworkPair.WhyAbsent
        ?? ((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "kubectl"))) ? null : "needs kubectl");
}
