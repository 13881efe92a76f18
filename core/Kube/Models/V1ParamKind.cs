namespace K8sRecorder.Kube.Models;

/// <summary>The kind of a policy's parameters.</summary>
public sealed class V1ParamKind
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }
}
