using System.Text.Json.Nodes;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Crds;

/// <summary>The CustomResourceDefinition of a kind.</summary>
internal static class Definition
{
    private const string Group = "k8srecorder.io";

    public static string Plural(PolicyKind kind) => kind switch
    {
        PolicyKind.RecordingPolicy => "recordingpolicies",
        PolicyKind.ClusterRecordingPolicy => "clusterrecordingpolicies",
        _ => "recordingstores",
    };

    public static JsonObject Of(PolicyKind kind)
    {
        var isStore = kind == PolicyKind.RecordingStore;
        var spec = isStore ? SchemaOf.Object(typeof(RecordingStoreSpec))
            : kind == PolicyKind.ClusterRecordingPolicy ? SchemaOf.Object(typeof(RecordingPolicySpec))
            : SchemaOf.Object(typeof(RecordingPolicySpec), nameof(RecordingPolicySpec.NamespaceSelector));
        spec["description"] = ModelText.OfType(isStore ? typeof(RecordingStoreSpec) : typeof(RecordingPolicySpec));
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{Plural(kind)}.{Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = Group,
                ["names"] = new JsonObject
                {
                    ["kind"] = kind.ToString(),
                    ["listKind"] = kind + "List",
                    ["plural"] = Plural(kind),
                    ["singular"] = kind.ToString().ToLowerInvariant(),
                    ["shortNames"] = new JsonArray(kind switch { PolicyKind.RecordingPolicy => "recpol", PolicyKind.ClusterRecordingPolicy => "crecpol", _ => "recstore" }),
                    ["categories"] = new JsonArray("recorder"),
                },
                ["scope"] = kind == PolicyKind.RecordingPolicy ? "Namespaced" : "Cluster",
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["name"] = "v1alpha1",
                    ["served"] = true,
                    ["storage"] = true,
                    ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                    ["additionalPrinterColumns"] = isStore ? StatusOf.StoreColumns() : StatusOf.PolicyColumns(),
                    ["schema"] = new JsonObject { ["openAPIV3Schema"] = Root(kind, spec, isStore) },
                }),
            },
        };
    }

    private static JsonObject Root(PolicyKind kind, JsonObject spec, bool isStore) => new()
    {
        ["type"] = "object",
        ["description"] = ModelText.OfKind(kind),
        ["required"] = new JsonArray("spec"),
        ["properties"] = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["type"] = "string" },
            ["kind"] = new JsonObject { ["type"] = "string" },
            ["metadata"] = new JsonObject { ["type"] = "object" },
            ["spec"] = spec,
            ["status"] = isStore ? StatusOf.Store() : StatusOf.Policy(),
        },
        ["x-kubernetes-validations"] = new JsonArray(Constraints.Rule(
            "self.metadata.name.size() <= 63 && !self.metadata.name.contains('.')", "metadata.name: must be a name of lower-case letters, digits and -, at most 63, such as agents")),
    };
}
