using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace K8sRecorder.Testing.Kube;

/// <summary>Whose tokens the fake knows, and who may do what.</summary>
public sealed class FakeReviews
{
    public const string ApiAudience = "https://kubernetes.default.svc.cluster.local";
    private readonly ConcurrentDictionary<string, (string User, string[] Audiences, JsonObject Extra)> _tokens = new();

    /// <summary>An authenticator that knows nothing of audiences: it says yes and names none.</summary>
    public bool IsAudienceBlind { get; set; }

    /// <summary>User, verb, resource, namespace; nobody may anything at first.</summary>
    public Func<string, string, string, string?, bool> Allows { get; set; } = (_, _, _, _) => false;

    public void AddToken(string token, string user, params string[] audiences) => _tokens[token] = (user, audiences, []);

    internal JsonObject TokenRequest(string space, string account, JsonObject body)
    {
        var audiences = (body["spec"]?["audiences"] as JsonArray)?.Select(item => (string)item!).ToArray() is { Length: > 0 } asked ? asked : [ApiAudience];
        var token = $"fake.{Guid.NewGuid():N}";
        AddToken(token, $"system:serviceaccount:{space}:{account}", audiences);
        body["status"] = new JsonObject { ["token"] = token };
        return body;
    }

    internal JsonObject Token(JsonObject review)
    {
        var wanted = (review["spec"]!["audiences"] as JsonArray)?.Select(item => (string)item!).ToArray() is { Length: > 0 } asked ? asked : [ApiAudience];
        var answer = (JsonObject)review.DeepClone();
        if (!_tokens.TryGetValue((string)review["spec"]!["token"]!, out var known) || (!IsAudienceBlind && !known.Audiences.Intersect(wanted).Any()))
        {
            answer["status"] = new JsonObject { ["user"] = new JsonObject(), ["error"] = "[invalid bearer token]" };
            return answer;
        }
        var status = new JsonObject
        {
            ["authenticated"] = true,
            ["user"] = new JsonObject
            {
                ["username"] = known.User,
                ["uid"] = "f0f0",
                ["groups"] = new JsonArray("system:serviceaccounts", "system:authenticated"),
                ["extra"] = known.Extra.DeepClone(),
            },
        };
        if (!IsAudienceBlind)
            status["audiences"] = new JsonArray([.. known.Audiences.Intersect(wanted).Select(audience => (JsonNode)audience)]);
        answer["status"] = status;
        return answer;
    }

    internal JsonObject Access(JsonObject review)
    {
        var spec = review["spec"]!;
        var what = spec["resourceAttributes"];
        var allowed = what is not null && Allows((string)spec["user"]!, (string)what["verb"]!, (string)what["resource"]!, (string?)what["namespace"]);
        var answer = (JsonObject)review.DeepClone();
        answer["status"] = new JsonObject { ["allowed"] = allowed, ["reason"] = allowed ? "as the test says" : "" };
        return answer;
    }
}
