using System.Text.Json;
using System.Text.Json.Nodes;
using K8sRecorder.Operator.Injection;

namespace K8sRecorder.Operator.Webhook;

/// <summary>
/// The request of an AdmissionReview (admission.k8s.io/v1). Anybody on the pod network can send one: size and depth are bounded, a name that stands twice
/// is refused, and nothing in it is a path or a template.
/// </summary>
/// <param name="Uid">The request's, to be given back.</param>
/// <param name="Operation">CREATE and its kin.</param>
/// <param name="Kind">Kind of the object: <c>Pod</c>.</param>
/// <param name="Namespace">The object's namespace, as the API server knows it; what the object says itself does not count.</param>
/// <param name="Object">The object.</param>
internal sealed record AdmissionReview(string Uid, string Operation, string Kind, string Namespace, JsonObject Object)
{
    /// <summary>The API server takes objects of 1.5 MiB from etcd and 3 MiB from requests; a review has the object and a few lines.</summary>
    public const int MostBytes = 4 << 20;

    private const int MostDepth = 64;
    private const int MostUid = 128;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };

    /// <summary>Reads it; null and the problem where it is none. Does not throw.</summary>
    public static AdmissionReview? Read(ReadOnlySpan<byte> utf8, out string problem)
    {
        problem = "";
        if (utf8.Length > MostBytes)
        {
            problem = "larger than 4 MiB";
            return null;
        }
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(utf8, documentOptions: Strict);
            ReadText(root);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or ArgumentException)
        {
            problem = "no JSON, deeper than 64 levels, a name stands twice, or text that is none";
            return null;
        }
        if (root.Text("apiVersion") != "admission.k8s.io/v1" || root.Text("kind") != "AdmissionReview")
            problem = "no AdmissionReview of admission.k8s.io/v1";
        else if (root.Object("request") is not { } request)
            problem = "without a request";
        else if (request.Text("uid") is not { Length: > 0 and <= MostUid } uid)
            problem = "without a uid";
        else if (request.Object("object") is not { } subject)
            problem = "without an object";
        else
            return new AdmissionReview(uid, request.Text("operation") ?? "", request.Object("kind").Text("kind") ?? "", request.Text("namespace") ?? "", subject);
        return null;
    }

    /// <summary>Names and texts are decoded when they are asked for, and half a surrogate pair is found only then: so all are asked for here.</summary>
    private static void ReadText(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (_, value) in fields)
                    ReadText(value);
                break;
            case JsonArray items:
                foreach (var item in items)
                    ReadText(item);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                _ = value.GetValue<string>();
                break;
        }
    }
}
