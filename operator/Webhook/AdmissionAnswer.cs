using System.Text;
using System.Text.Json.Nodes;
using K8sRecorder.Operator.Injection;
using K8sRecorder.Policy.Selection;

namespace K8sRecorder.Operator.Webhook;

/// <summary>The response of an AdmissionReview.</summary>
internal static class AdmissionAnswer
{
    /// <summary>The API server cuts warnings at 256 characters and all of them at 4,096.</summary>
    private const int MostWarnings = 16;
    private const int MostWarning = 256;

    /// <summary>What was decided, as UTF-8 JSON.</summary>
    public static byte[] Of(string uid, PodDecision decision)
    {
        var response = new JsonObject { ["uid"] = uid, ["allowed"] = decision.Outcome != RecordingOutcome.Refuse };
        if (decision.Outcome == RecordingOutcome.Refuse)
            response["status"] = new JsonObject
            {
                ["code"] = 403,
                ["reason"] = "Forbidden",
                ["message"] = $"k8s-recorder: this pod must not start unrecorded, and it cannot be recorded: {decision.Message} ({decision.Reason})",
            };
        else if (decision.Patch.Count > 0)
        {
            response["patchType"] = "JSONPatch";
            response["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(decision.Patch.ToJsonString()));
        }
        if (decision.Warnings.Count > 0)
            response["warnings"] = new JsonArray([.. decision.Warnings.Take(MostWarnings).Select(warning => (JsonNode)(warning.Length <= MostWarning ? warning : warning[..(MostWarning - 1)] + "…"))]);
        if (decision.Reason.Length > 0)
            response["auditAnnotations"] = new JsonObject { ["not-recorded"] = decision.Reason };
        return Review(response);
    }

    /// <summary>What is not for us, a pod's subresource or another kind: let in as it is.</summary>
    public static byte[] Allowed(string uid) => Review(new JsonObject { ["uid"] = uid, ["allowed"] = true });

    private static byte[] Review(JsonObject response) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["apiVersion"] = "admission.k8s.io/v1", ["kind"] = "AdmissionReview", ["response"] = response }.ToJsonString());
}
