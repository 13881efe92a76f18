using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Models;

/// <summary>What the API server thinks of a policy's expressions.</summary>
public sealed class V1ValidatingAdmissionPolicyStatus
{
    public long? ObservedGeneration { get; set; }

    public JsonNode? TypeChecking { get; set; }

    public IList<V1Condition>? Conditions { get; set; }
}
