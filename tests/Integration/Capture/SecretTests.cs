using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using K8sRecorder.Integration.Canaries;
using K8sRecorder.Integration.Grpc;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Capture;

/// <summary>Secrets that go through captured connections are in no file and no log that the recorder leaves, and what stands beside them is.</summary>
[Collection(SharedRecording.Name)]
public sealed class SecretTests(RecordingCapture pod)
{
    private readonly CanaryCage _cage = new(seed: 4);

    [NetworkFact]
    public async Task Secrets_of_captured_connections_are_nowhere()
    {
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
            await SpeakHttpAsync(version);
        await SpeakWebSocketAsync();
        var (straight, calls) = await CapturedGrpc.CallAsync(pod, [_cage.AnthropicKey("call"), _cage.OpenAiKey("call key"), _cage.SlackToken("call token")]);
        Assert.Equal(straight, calls);
        Assert.Contains("""{"name":"cancelled","said":"both"}""", calls, StringComparison.Ordinal);
        SpeakBytes();
        await pod.RecordAsync("tcp.data", record => CapturePod.TextOf(record, "body").Contains("marker-bytes", StringComparison.Ordinal));
        await pod.Sidecar.StopAsync();
        var haystack = new Haystack();
        haystack.AddFolder("store", pod.Sidecar.StoreFolder);
        haystack.AddFolder("spool", pod.Sidecar.SpoolFolder);
        haystack.Add("output", Encoding.UTF8.GetBytes(pod.Sidecar.Output));
        await pod.StartAgainAsync();

        var leaks = _cage.ByPath.SelectMany(canary => haystack.FindAnyForm(canary.Value).Select(where => $"{canary.Key}: {where}")).ToList();
        Assert.True(leaks.Count == 0, string.Join('\n', leaks));
        string[] markers =
        [
            "marker-request-1.1", "marker-request-2.0", "marker-answer-1.1", "marker-answer-2.0", "marker-message", "marker-bytes",
            "marker-unary", "marker-gzip", "marker-many", "marker-join19", "marker-talk10", "marker-zipped5", "no:%20this%20%C3%BC%20%25", "AP8KDQ", "AAH+/w",
        ];
        foreach (var marker in markers)
            Assert.True(haystack.Find(marker).Any(where => where.StartsWith("store/", StringComparison.Ordinal)), marker);
        AssertCallsAreNamed(await pod.RecordsAsync());
    }

    /// <summary>Calls of gRPC are recorded under the name that was asked for, whole and inflated.</summary>
    private static void AssertCallsAreNamed(List<SessionRecord> records)
    {
        var calls = records.Where(record => record.Kind == "http.request" && record.Text("destination") == CapturedGrpc.Destination).ToList();
        Assert.True(calls.Count >= 114, $"{calls.Count} calls"); // a hundred of a crowd, and the others
        Assert.All(calls, call => Assert.Equal(("lines", "1.3"), (call.Text("target"), call.Text("tls"))));
        Assert.All(calls, call => Assert.StartsWith("POST /test.Echo/", CapturePod.TextOf(call, "head"), StringComparison.Ordinal));
        Assert.Contains(calls, call => CapturePod.TextOf(call, "head").Contains("\nhost: lines.target.test:7445\n", StringComparison.OrdinalIgnoreCase));
        var ends = records.Where(record => calls.Any(call => call.Channel == record.Channel && call.Session.Id == record.Session.Id)).ToList();
        Assert.DoesNotContain(ends, record => record.Text("cut") is "undecodable" or "targetFailed");
        Assert.All(ends.Where(record => record.Kind == "http.reset"), reset => Assert.Equal(("agent", "CANCEL"), (reset.Text("from"), reset.Text("code"))));
    }

    private async Task SpeakHttpAsync(Version version)
    {
        pod.World.Server.Answer = JsonSerializer.Serialize(new { note = $"marker-answer-{version}", key = _cage.AnthropicKey($"answer {version}"), password = _cage.Opaque($"answer password {version}") });
        using var client = pod.Client(World.App, version);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"https://app.target.test/answer?api_key={_cage.Opaque($"query {version}")}")) { Version = version };
        request.Headers.Add("Authorization", $"Bearer {_cage.Opaque($"bearer {version}")}");
        request.Headers.Add("x-api-key", _cage.Opaque($"header {version}"));
        request.Content = new StringContent(
            JsonSerializer.Serialize(new { note = $"marker-request-{version}", text = $"the key {_cage.OpenAiKey($"request {version}")} is" }), Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request);
        Assert.Equal(pod.World.Server.Answer, await answer.Content.ReadAsStringAsync());
    }

    private async Task SpeakWebSocketAsync()
    {
        using var client = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(pod.Handler(World.App));
        await client.ConnectAsync(new Uri("wss://app.target.test/ws"), invoker, CancellationToken.None);
        var message = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { note = "marker-message", token = _cage.Jwt("message"), key = _cage.SlackToken("message key") }));
        await client.SendAsync(message.AsMemory(0, 60), WebSocketMessageType.Text, false, CancellationToken.None);
        await client.SendAsync(message.AsMemory(60), WebSocketMessageType.Text, true, CancellationToken.None);
        var (buffer, length, part) = (new byte[4096], 0, default(ValueWebSocketReceiveResult));
        while (!part.EndOfMessage)
            length += (part = await client.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None)).Count;
        Assert.Equal(message, buffer[..length]);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);
    }

    private void SpeakBytes()
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 7000));
        using var agent = pod.Connect(World.Lines, 7000);
        var line = Encoding.ASCII.GetBytes($"marker-bytes AUTH {_cage.AnthropicKey("bytes")} done\n");
        using var server = RedirectedPod.Waiting(listener).Accept(); // dialled because the agent is silent
        agent.Send(line.AsSpan(0, 40));
        agent.Send(line.AsSpan(40));
        var buffer = new byte[line.Length];
        for (var length = 0; length < line.Length;)
            length += RedirectedPod.Waiting(server).Receive(buffer.AsSpan(length));
        Assert.Equal(line, buffer);
        server.Send(line);
        for (var length = 0; length < line.Length;)
            length += RedirectedPod.Waiting(agent).Receive(buffer.AsSpan(length));
        Assert.Equal(line, buffer);
    }
}
