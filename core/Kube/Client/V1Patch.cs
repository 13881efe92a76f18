using System.Text.Json.Nodes;

namespace K8sRecorder.Kube;

/// <summary>A change to an object, and in which of the API's languages it is written.</summary>
public sealed class V1Patch(JsonNode content, PatchType type)
{
    public JsonNode Content { get; } = content;

    public PatchType Type { get; } = type;

    internal string ContentType => Type switch
    {
        PatchType.JsonPatch => "application/json-patch+json",
        PatchType.MergePatch => "application/merge-patch+json",
        PatchType.StrategicMergePatch => "application/strategic-merge-patch+json",
        // YAML by name, and JSON is YAML; application/apply-patch+json came only with 1.36.
        _ => "application/apply-patch+yaml",
    };
}
