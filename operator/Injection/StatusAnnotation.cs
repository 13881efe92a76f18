using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sRecorder.Policy.Selection;

namespace K8sRecorder.Operator.Injection;

/// <summary>
/// What the operator writes on a pod. It tells people what was done; nobody may take it for a proof, for whoever may change pods may change it.
/// </summary>
internal static class StatusAnnotation
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Injected(InjectionPlan plan, IReadOnlyList<string> replaced, IReadOnlyList<string> open)
    {
        var status = new JsonObject
        {
            ["injected"] = true,
            ["policies"] = new JsonArray([.. plan.Policy.Sources.Select(source => (JsonNode)source.ToString())]),
            ["digest"] = plan.Digest,
            ["image"] = plan.Options.Image,
            ["mode"] = plan.Policy.Mode.ToString(),
            ["capture"] = plan.Policy.Capture.ToString(),
        };
        Add(status, "replaced", replaced);
        Add(status, "open", open);
        return status.ToJsonString(Plain);
    }

    public static string NotInjected(string reason, string message) => new JsonObject { ["injected"] = false, ["reason"] = reason, ["message"] = message }.ToJsonString(Plain);

    /// <summary>Whether this is what <see cref="NotInjected"/> writes, by which nothing of ours came into a pod.</summary>
    public static bool SaysNotInjected(string text) => text.StartsWith("""{"injected":false,""", StringComparison.Ordinal);

    /// <summary>
    /// What an earlier pass has replaced and this one finds in place. Only the names of variables that we replace, in containers that there are.
    /// </summary>
    public static IReadOnlyList<string> ReplacedBefore(JsonObject pod)
    {
        if (pod.Object("metadata").Map("annotations").GetValueOrDefault(RecordingKeys.Status) is not { Length: <= 65536 } text)
            return [];
        try
        {
            var known = TrustVariables.All.Concat(ProxyVariables.All).Select(variable => variable.Name).ToHashSet();
            var containers = pod["spec"].AllContainers().Select(container => container.Text("name") ?? "").ToHashSet();
            return [.. JsonNode.Parse(text).Texts("replaced").Where(one => one.LastIndexOf('/') is >= 0 and var at && containers.Contains(one[..at]) && known.Contains(one[(at + 1)..])).Distinct()];
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException)
        {
            return [];
        }
    }

    private static void Add(JsonObject status, string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
            status[name] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
    }
}
