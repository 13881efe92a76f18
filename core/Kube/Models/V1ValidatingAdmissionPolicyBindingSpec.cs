namespace K8sRecorder.Kube.Models;

/// <summary>Where a policy holds, and what follows.</summary>
public sealed class V1ValidatingAdmissionPolicyBindingSpec
{
    public string? PolicyName { get; set; }

    public V1ParamRef? ParamRef { get; set; }

    public V1MatchResources? MatchResources { get; set; }

    public IList<string>? ValidationActions { get; set; }
}
