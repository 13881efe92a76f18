using System.Text.Json;
using K8sRecorder.Integration.Capture;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Integration.InsideTls;

/// <summary>
/// What rules deny inside captured TLS: answered in the words of what the agent speaks, nothing of it at the target, recorded, and the connection goes on.
/// </summary>
[Collection(SharedInside.Name)]
public sealed class GuardInsideTests(InsideCapture pod)
{
    private const string ByShell = "k8srecorder: denied by rule no-shell of the policy";

    [NetworkFact]
    public void Denied_streams_leave_the_connection_of_HTTP_2_to_the_others()
    {
        Assert.All(["allowed", "between"], name => Assert.Equal((200, "hello"), (SaidOf(name).GetProperty("status").GetInt32(), TextOf(name))));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? 200 : 403), SaidOf("crowd").GetProperty("statuses").EnumerateArray().Select(status => status.GetInt32()));
        Assert.Equal(("before after", true), (TextOf("stream"), SaidOf("stream").GetProperty("isUsable").GetBoolean()));
    }

    [NetworkTheory]
    [InlineData("method", "no-put")]
    [InlineData("path", "no-admin")]
    public void Method_and_path_are_denied_in_words(string name, string rule) =>
        Assert.Equal((403, $"k8srecorder: denied by rule {rule} of the policy\n"), (SaidOf(name).GetProperty("status").GetInt32(), TextOf(name)));

    [NetworkFact]
    public void Tools_are_denied_in_the_words_of_MCP_and_of_the_model_api()
    {
        var mcp = JsonElement.Parse(TextOf("mcp"));
        var model = JsonElement.Parse(TextOf("model"));

        Assert.Equal((200, 403), (SaidOf("mcp").GetProperty("status").GetInt32(), SaidOf("model").GetProperty("status").GetInt32()));
        Assert.Equal(("seven", -32010), (mcp.GetProperty("id").GetString(), mcp.GetProperty("error").GetProperty("code").GetInt32()));
        Assert.Contains(ByShell, mcp.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains(ByShell, model.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [NetworkFact]
    public void Calls_of_gRPC_are_denied_by_status_alone()
    {
        var raw = SaidOf("grpc");
        var calls = pod.Said("grpc-guarded").ToDictionary(one => one.GetProperty("name").GetString()!);

        Assert.Equal((200, "7", true), (raw.GetProperty("status").GetInt32(), raw.GetProperty("grpc").GetString(), raw.GetProperty("isTrailersOnly").GetBoolean()));
        Assert.Equal((0, "one", 0, "two"), (Code("first"), calls["first"].GetProperty("data").GetString(), Code("again"), calls["again"].GetProperty("data").GetString()));
        Assert.Equal((7, 7, 0), (Code("denied"), Code("stream"), calls["stream"].GetProperty("heard").GetArrayLength()));
        Assert.All(["denied", "stream"], name => Assert.Equal("k8srecorder: denied by rule no-talk of the policy", calls[name].GetProperty("details").GetString()));
        Assert.Equal("/test.Echo/Unary /test.Echo/Unary /test.Echo/Heard", calls["heard"].GetProperty("data").GetString());

        int Code(string name) => calls[name].GetProperty("code").GetInt32();
    }

    [NetworkFact]
    public void WebSockets_are_denied_before_they_open()
    {
        foreach (var name in new[] { "socket by HTTP/1.1", "socket by HTTP/2" })
            Assert.Equal((403, "k8srecorder: denied by rule no-socket of the policy\n"), (SaidOf(name).GetProperty("status").GetInt32(), TextOf(name)));
        Assert.Equal(403, SaidOf("socket by its client").GetProperty("status").GetInt32());
        Assert.Equal((200, SaidOf("socket by HTTP/1.1").GetProperty("localPort").GetInt32()), (SaidOf("the same connection").GetProperty("status").GetInt32(), SaidOf("the same connection").GetProperty("localPort").GetInt32()));
        Assert.Equal(200, SaidOf("another by the same connection").GetProperty("status").GetInt32());
        Assert.Contains("session.created", TextOf("another by the same connection"), StringComparison.Ordinal);
        Assert.Equal(403, SaidOf("socket where tools are judged").GetProperty("status").GetInt32());
    }

    [NetworkFact]
    public void Nothing_denied_is_at_the_target()
    {
        var seen = SaidOf("seen").GetProperty("seen").EnumerateArray().Select(url => url.GetString()!).ToList();

        Assert.DoesNotContain(seen, url => url.StartsWith("/admin", StringComparison.Ordinal) || url.StartsWith("/denied", StringComparison.Ordinal) || url.StartsWith("/forbidden", StringComparison.Ordinal));
        Assert.Equal(33, seen.Count(url => url.StartsWith("/allowed", StringComparison.Ordinal)));
    }

    [NetworkFact]
    public void Denials_are_recorded_with_what_was_asked_and_answered()
    {
        var denials = pod.Records.Where(record => record.Kind == "guard.denied").ToList();
        var expected = new Dictionary<(string Path, string Version), (string Rule, string? Reason)>
        {
            [("/denied/put", "HTTP/2")] = ("no-put", null),
            [("/admin/users", "HTTP/2")] = ("no-admin", null),
            [("/denied/v1/chat/completions", "HTTP/2")] = ("no-shell", null),
            [("/admin/grpc", "HTTP/2")] = ("no-admin", null),
            [("/forbidden/1", "HTTP/1.1")] = ("no-socket", null),
            [("/forbidden/2", "HTTP/1.1")] = ("no-socket", null),
            [("/forbidden/3", "HTTP/2")] = ("no-socket", null),
            [("/denied/socket", "HTTP/2")] = ("no-shell", "upgrade"),
            [("/test.Echo/Fails", "HTTP/2")] = ("no-talk", null),
            [("/test.Echo/Talk", "HTTP/2")] = ("no-talk", null),
        };

        foreach (var ((path, version), (rule, reason)) in expected)
        {
            var request = pod.Records.Single(record => record.Kind == "http.request" && CapturePod.TextOf(record, "head").Split('\n')[0].EndsWith($" {path} {version}", StringComparison.Ordinal));
            var denied = denials.Single(record => IsOf(record, request));
            Assert.Equal((rule, reason), (denied.Text("rule"), denied.Text("reason")));
            Assert.Equal("recorder", pod.Records.Single(record => record.Kind == "http.response" && IsOf(record, request)).Text("origin"));
            Assert.Contains(pod.Records, record => record.Kind is "http.request" or "http.request.data" && IsOf(record, request) && record.Text("cut") == "refused");
        }
        // beside these: thirty of the crowd, one of MCP here and seven of its revisions
        Assert.Equal(expected.Count + 38, denials.Count);
    }

    private static bool IsOf(SessionRecord record, SessionRecord request) => record.Channel == request.Channel && record.Session.Id == request.Session.Id;

    private JsonElement SaidOf(string name) => pod.Said("guarded").Single(one => one.GetProperty("name").GetString() == name);

    private string TextOf(string name) => SaidOf(name).GetProperty("text").GetString()!;
}
