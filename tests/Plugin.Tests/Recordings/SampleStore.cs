using System.Text;
using K8sRecorder.Plugin.Tests.Transcripts;
using K8sRecorder.Testing;

namespace K8sRecorder.Plugin.Tests.Recordings;

/// <summary>
/// A store with three sessions as an auditor meets them: a planner that talks to a model, a service and a TCP echo; an older one of
/// another pod; and one that is still open, whose agent and statement are hostile to terminals.
/// </summary>
internal sealed class SampleStore : IDisposable
{
    public const string Planner = "01m7yrrt80aaaaaaaaaaaaaaaa";
    public const string Older = "01m7yj9x50bbbbbbbbbbbbbbbb";
    public const string Hostile = "01m7yrywjrcccccccccccccccc";
    private readonly TemporaryFolder _folder = new();

    public SampleStore()
    {
        WriteOlder();
        WritePlanner();
        WriteHostile();
    }

    public string Folder => _folder.Path;

    public string Url => "file://" + _folder.Path;

    public Dictionary<string, string> Fingerprints { get; } = [];

    public TranscriptRunner Runner()
    {
        var values = new Dictionary<string, string>(Fingerprints) { ["store"] = Url, ["folder"] = Folder };
        var now = new ManualTime(new DateTimeOffset(2026, 11, 21, 10, 15, 0, TimeSpan.Zero));
        return new TranscriptRunner(values, now);
    }

    public void Dispose() => _folder.Dispose();

    private void WriteOlder()
    {
        using var recording = new TestRecording(Folder, Older, new Dictionary<string, object?> { ["namespace"] = "team-b", ["pod"] = "crawler-0" });
        Fingerprints["older-key"] = recording.Fingerprint;
        recording.Add("session.opened", null, "\"software\":\"k8srecorder 0.1.0\"", "\"mode\":\"Strict\"");
        Get(recording, 1, "docs", "/v1/pages?q=rain", """{"pages":[]}""");
        recording.Close();
    }

    private void WritePlanner()
    {
        using var recording = new TestRecording(Folder, Planner, new Dictionary<string, object?>
        {
            ["namespace"] = "team-a",
            ["pod"] = "planner-7d9f8b6c5-x2x9z",
            ["podUid"] = "6f1d2c1e-5a0f-4a57-9a55-3f2f6f6f0001",
            ["node"] = "node-1",
            ["serviceAccount"] = "planner",
            ["images"] = new Dictionary<string, string> { ["agent"] = "sha256:" + new string('a', 64) },
            ["policy"] = new string('b', 64),
            ["actor"] = new Dictionary<string, object> { ["kind"] = "ServiceAccount", ["subject"] = "system:serviceaccount:team-a:planner", ["verified"] = true },
        });
        Fingerprints["planner-key"] = recording.Fingerprint;
        recording.Add("session.opened", null, "\"software\":\"k8srecorder 0.1.0\"", "\"mode\":\"Buffered\"");
        const string Ask = """{"role":"system","content":"You plan trips."},{"role":"user","content":"Shall I take an umbrella to 東京 tomorrow?"}""";
        Chat(recording, 1, Ask, """
            {"model":"gpt-4o-2026-08-06","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"forecast","arguments":"{\"city\":\"東京\"}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":61,"completion_tokens":14}}
            """.Trim());
        Get(recording, 2, "weather", "/v1/forecast?city=%E6%9D%B1%E4%BA%AC&units=metric", """{"city":"東京","tomorrow":{"rain":0.8,"high":17}}""");
        recording.Seal();
        const string Turn = Ask + """,{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"forecast","arguments":"{\"city\":\"東京\"}"}}]},{"role":"tool","tool_call_id":"call_1","content":"rain 0.8, high 17 °C (key [MASKED:weather-key])"}""";
        Chat(recording, 3, Turn, Stream("Yes, take one:", " rain is likely", " (80 %)."), streamed: true);
        Echo(recording, 4);
        recording.Add("gap", null, "\"reason\":\"spoolFull\"", "\"records\":3", "\"bytes\":5120", "\"from\":\"2026-11-21T10:00:08.000Z\"", "\"to\":\"2026-11-21T10:00:09.500Z\"");
        recording.Close();
    }

    private void WriteHostile()
    {
        using var recording = new TestRecording(Folder, Hostile, new Dictionary<string, object?>
        {
            ["namespace"] = "team-\u202ec",
            ["pod"] = "evil\u001b[31m-0",
        });
        Fingerprints["hostile-key"] = recording.Fingerprint;
        recording.Add("session.opened", null, "\"software\":\"k8srecorder 0.1.0\"", "\"mode\":\"Buffered\"");
        Chat(recording, 1,
            TestRecording.Json("\u001b]0;owned\u0007\u001b[2Jnothing to see\r#99  10:00:00.000  openai\n#7  looks like an entry \u202egnp.exe\u2066 \u200bhidden") is var text
                ? $$"""{"role":"user","content":{{text}}}""" : "",
            """{"choices":[{"index":0,"message":{"role":"assistant","content":"[MASKED:openai-key] typed by the model"},"finish_reason":"length"}]}""");
        recording.Seal();
    }

    private static void Chat(TestRecording recording, long channel, string messages, string answer, bool streamed = false)
    {
        var request = $$"""{"model":"gpt-4o","messages":[{{messages}}],"stream":{{(streamed ? "true" : "false")}}}""";
        const string Start = "POST /v1/chat/completions HTTP/1.1\nhost: api.openai.com\nauthorization: ";
        var head = recording.NextPartNumber;
        recording.Add(
            "http.request", channel, "\"target\":\"openai\"", "\"method\":\"POST\"", $"\"length\":{Encoding.UTF8.GetByteCount(request)}",
            "\"run\":[" + recording.Part("trip-42") + "]",
            "\"head\":[" + recording.Part(Start + "Bearer [MASKED:header]\ncontent-type: application/json\ncontent-length\n") + "]",
            "\"body\":" + recording.Body(request),
            $"\"masked\":[{Marker(head + 2, request)}{{\"part\":{head + 1},\"at\":{Start.Length + 7},\"len\":15,\"detector\":\"header\",\"tag\":\"k3w9f2p8q1xa\"}}]");
        recording.At += TimeSpan.FromMilliseconds(840);
        recording.Add(
            "http.response", channel, "\"status\":200", "\"origin\":\"target\"", "\"date\":\"2026-11-21T10:00:01.000Z\"",
            "\"head\":[" + recording.Part($"HTTP/1.1 200 OK\ncontent-type: {(streamed ? "text/event-stream" : "application/json")}\ndate\n") + "]",
            "\"body\":" + recording.Body(answer));
        recording.At += TimeSpan.FromMilliseconds(160);
    }

    /// <summary>The span of the marker in a body that the recorder wrote.</summary>
    private static string Marker(long part, string body)
    {
        const string Written = "[MASKED:weather-key]";
        var at = body.IndexOf(Written, StringComparison.Ordinal);
        return at < 0 ? "" : $"{{\"part\":{part},\"at\":{Encoding.UTF8.GetByteCount(body.AsSpan(0, at))},\"len\":{Written.Length},\"detector\":\"weather-key\"}},";
    }

    private static void Get(TestRecording recording, long channel, string target, string path, string answer)
    {
        recording.Add(
            "http.request", channel, $"\"target\":\"{target}\"", "\"method\":\"GET\"",
            "\"head\":[" + recording.Part($"GET {path} HTTP/1.1\nhost: {target}.example\naccept: */*\n") + "]");
        recording.At += TimeSpan.FromMilliseconds(12);
        recording.Add(
            "http.response", channel, "\"status\":200", "\"origin\":\"target\"",
            "\"head\":[" + recording.Part("HTTP/1.1 200 OK\ncontent-type: application/json\n") + "]", "\"body\":" + recording.Body(answer));
        recording.At += TimeSpan.FromMilliseconds(88);
    }

    private static void Echo(TestRecording recording, long channel)
    {
        recording.Add("channel.opened", channel, "\"target\":\"echo\"", "\"protocol\":\"tcp\"", "\"peer\":54321");
        recording.Add("tcp.data", channel, "\"from\":\"agent\"", "\"body\":" + recording.Body("hello\n"));
        recording.At += TimeSpan.FromMilliseconds(2);
        recording.Add("tcp.data", channel, "\"from\":\"target\"", "\"body\":" + recording.Body([0x00, 0xff, .. "hello"u8, 0x80, 0x0a]));
        recording.At += TimeSpan.FromMilliseconds(998);
        recording.Add("channel.closed", channel, "\"reason\":\"agent\"", "\"in\":6", "\"out\":9");
    }

    private static string Stream(params string[] deltas) =>
        string.Concat(deltas.Select(delta => $$$"""data: {"model":"gpt-4o-2026-08-06","choices":[{"index":0,"delta":{"content":{{{TestRecording.Json(delta)}}}}}]}""" + "\n\n"))
        + """data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n";
}
