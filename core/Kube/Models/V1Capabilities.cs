namespace K8sRecorder.Kube.Models;

/// <summary>Linux capabilities beside the default ones.</summary>
public sealed class V1Capabilities
{
    public IList<string>? Add { get; set; }

    public IList<string>? Drop { get; set; }
}
