using System.Text.Json.Nodes;

namespace K8sRecorder.Crds;

/// <summary>What the operator writes: status schemas and the columns of <c>kubectl get</c>.</summary>
internal static class StatusOf
{
    public static JsonObject Policy() => Status(new JsonObject
    {
        ["matchedPods"] = Count("Pods that it applies to."),
        ["recordedPods"] = Count("Of these, pods that have a recorder."),
        ["unrecordedPods"] = Count("Of these, pods that should be recorded and are not."),
        ["unrecorded"] = new JsonObject
        {
            ["description"] = "Some of the pods that should be recorded and are not, with the reason.",
            ["type"] = "array",
            ["maxItems"] = 32,
            ["x-kubernetes-list-type"] = "atomic",
            ["items"] = new JsonObject
            {
                ["type"] = "object",
                ["required"] = new JsonArray("namespace", "name", "reason"),
                ["properties"] = new JsonObject
                {
                    ["namespace"] = Text("Its namespace.", 63),
                    ["name"] = Text("Its name.", 253),
                    ["reason"] = Text("Why it has no recorder: a name such as HostNetwork.", 128),
                },
            },
        },
    });

    public static JsonObject Store() => Status([]);

    public static JsonArray PolicyColumns() => new(
        Column("Mode", "string", ".spec.mode"),
        Column("Capture", "string", ".spec.capture.mode"),
        Column("Matched", "integer", ".status.matchedPods"),
        Column("Unrecorded", "integer", ".status.unrecordedPods"),
        Column("Ready", "string", Condition("Ready")),
        Column("Reason", "string", ".status.conditions[?(@.type==\"Ready\")].reason", priority: 1),
        Column("Age", "date", ".metadata.creationTimestamp"));

    public static JsonArray StoreColumns() => new(
        Column("Azure", "string", ".spec.azureBlob.containerUrl", priority: 1),
        Column("S3", "string", ".spec.s3.bucket", priority: 1),
        Column("Folder", "string", ".spec.folder.path", priority: 1),
        Column("CreateOnly", "string", Condition("StorageCreateOnly")),
        Column("Ready", "string", Condition("Ready")),
        Column("Age", "date", ".metadata.creationTimestamp"));

    private static JsonObject Status(JsonObject more)
    {
        var properties = new JsonObject
        {
            ["observedGeneration"] = new JsonObject { ["description"] = "The generation that this status is about.", ["type"] = "integer", ["format"] = "int64", ["minimum"] = 0 },
            ["conditions"] = Conditions(),
        };
        foreach (var (name, schema) in more)
            properties[name] = schema!.DeepClone();
        return new JsonObject { ["description"] = "What the operator has seen; written by it alone.", ["type"] = "object", ["properties"] = properties };
    }

    /// <summary>metav1.Condition.</summary>
    private static JsonObject Conditions() => new()
    {
        ["description"] = "What is so, and why.",
        ["type"] = "array",
        ["maxItems"] = 16,
        ["x-kubernetes-list-type"] = "map",
        ["x-kubernetes-list-map-keys"] = new JsonArray("type"),
        ["items"] = new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("type", "status", "lastTransitionTime", "reason", "message"),
            ["properties"] = new JsonObject
            {
                ["type"] = Text("Its name, such as Ready.", 316, "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$"),
                ["status"] = new JsonObject { ["description"] = "Whether it is so.", ["type"] = "string", ["enum"] = new JsonArray("True", "False", "Unknown") },
                ["observedGeneration"] = new JsonObject { ["description"] = "The generation that it is about.", ["type"] = "integer", ["format"] = "int64", ["minimum"] = 0 },
                ["lastTransitionTime"] = new JsonObject { ["description"] = "When status changed last.", ["type"] = "string", ["format"] = "date-time" },
                ["reason"] = Text("Why, as one word, such as NotEnforced.", 1024, "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"),
                ["message"] = new JsonObject { ["description"] = "Why, for a person.", ["type"] = "string", ["maxLength"] = 32768 },
            },
        },
    };

    private static JsonObject Text(string description, int most, string? pattern = null)
    {
        var schema = new JsonObject { ["description"] = description, ["type"] = "string", ["minLength"] = 1, ["maxLength"] = most };
        if (pattern is not null)
            schema["pattern"] = pattern;
        return schema;
    }

    private static JsonObject Count(string description) => new() { ["description"] = description, ["type"] = "integer", ["format"] = "int32", ["minimum"] = 0 };

    private static JsonObject Column(string name, string type, string path, int priority = 0)
    {
        var column = new JsonObject { ["name"] = name, ["type"] = type, ["jsonPath"] = path };
        if (priority > 0)
            column["priority"] = priority;
        return column;
    }

    private static string Condition(string type) => $".status.conditions[?(@.type==\"{type}\")].status";
}
