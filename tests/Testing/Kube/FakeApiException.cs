using System.Text.Json.Nodes;

namespace K8sRecorder.Testing.Kube;

/// <summary>An answer that is no success.</summary>
public sealed class FakeApiException(int code, string reason, string message, int? retryAfterSeconds = null) : Exception(message)
{
    public int Code => code;

    public int? RetryAfterSeconds => retryAfterSeconds;

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = reason,
            ["code"] = code,
        };
        if (retryAfterSeconds is { } seconds)
            status["details"] = new JsonObject { ["retryAfterSeconds"] = seconds };
        return status;
    }

    public static FakeApiException NotFound(FakeKind kind, string name) => new(404, "NotFound", $"{kind.Plural} \"{name}\" not found");

    public static FakeApiException Conflict(string message) => new(409, "Conflict", message);

    public static FakeApiException Expired() => new(410, "Expired", "The resourceVersion for the provided list is too old.");

    public static FakeApiException Bad(string message) => new(400, "BadRequest", message);

    public static FakeApiException Invalid(string message) => new(422, "Invalid", message);
}
