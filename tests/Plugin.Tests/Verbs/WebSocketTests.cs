using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Tests.Output;
using K8sRecorder.Plugin.Tests.Recordings;
using K8sRecorder.Testing;

namespace K8sRecorder.Plugin.Tests.Verbs;

/// <summary>How the messages of a WebSocket are shown.</summary>
public sealed class WebSocketTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestTerminal _terminal = new();

    public WebSocketTests()
    {
        using var recording = new TestRecording(_folder.Path, "01m7yrrt80aaaaaaaaaaaaaaaa");
        recording.Add("session.opened", null, "\"software\":\"k8srecorder/0.1.0\"", "\"mode\":\"Strict\"");
        recording.Add("http.request", 1, "\"target\":\"realtime\"", "\"method\":\"GET\"", "\"head\":[" + recording.Part("GET /v1/realtime HTTP/1.1\nhost: h\nupgrade: websocket\n") + "]");
        recording.Add("http.response", 1, "\"status\":101", "\"head\":[" + recording.Part("HTTP/1.1 101 Switching Protocols\nupgrade: websocket\n") + "]");
        recording.Add("ws.message", 1, "\"from\":\"agent\"", "\"message\":1", "\"type\":\"text\"", "\"deflated\":true", $"\"body\":{{\"wire\":9,\"coding\":\"deflate\",\"parts\":[{recording.Part("{\"type\":\"session.update\"}")}]}}");
        recording.Add("ws.message", 1, "\"from\":\"target\"", "\"message\":2", "\"type\":\"text\"", $"\"body\":{{\"parts\":[{recording.Part("one ")}],\"more\":true}}");
        recording.Add("ws.message", 1, "\"from\":\"agent\"", "\"message\":3", "\"type\":\"ping\"", "\"count\":7");
        recording.Add("ws.message", 1, "\"from\":\"target\"", "\"message\":4", "\"type\":\"text\"", $"\"body\":{{\"parts\":[{recording.Part(", and ano")}],\"more\":true}}");
        recording.Add("ws.message.data", 1, "\"from\":\"target\"", "\"message\":2", "\"body\":" + recording.Body("message"));
        recording.Add("ws.message.data", 1, "\"from\":\"target\"", "\"message\":4", "\"body\":" + recording.Body("ther; "));
        recording.Add("ws.message", 1, "\"from\":\"target\"", "\"message\":5", "\"type\":\"close\"", "\"code\":1001", "\"body\":" + recording.Body("going away"));
        recording.Add("channel.closed", 1, "\"reason\":\"closed\"", "\"in\":40", "\"out\":30");
        recording.Add("http.request", 2, "\"target\":\"realtime\"", "\"method\":\"CONNECT\"", "\"protocol\":\"websocket\"", "\"head\":[" + recording.Part("CONNECT /v1/realtime HTTP/2\nhost: h\n") + "]");
        recording.Add("http.response", 2, "\"status\":200", "\"head\":[" + recording.Part("HTTP/2 200\n") + "]");
        recording.Add("ws.message", 2, "\"from\":\"target\"", "\"message\":1", "\"type\":\"text\"", "\"body\":" + recording.Body("over HTTP/2"));
        recording.Seal();
    }

    [Fact]
    public async Task Log_shows_who_said_what()
    {
        Assert.Equal(ExitCode.Good, await RunAsync("log", "latest"));
        Assert.Contains("message 1: text, 25 B, deflated (9 B on the wire)", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("> {\"type\":\"session.update\"}", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("ping ×7", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("message 4 goes on, 6 B", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("close 1001, 10 B", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("< going away", _terminal.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("?", _terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("latest/4", "one message")]
    [InlineData("latest/6", ", and another; ")]
    [InlineData("latest/7", "one message")]
    [InlineData("latest/8", ", and another; ")]
    [InlineData("latest/3", "{\"type\":\"session.update\"}")]
    public async Task Cat_gives_one_message(string name, string body)
    {
        Assert.Equal(ExitCode.Good, await RunAsync("cat", name, "--raw"));
        Assert.Equal(body, System.Text.Encoding.UTF8.GetString(_terminal.OutBytes));
    }

    [Theory]
    [InlineData("latest/ch1", "one message, and another; going away")]
    [InlineData("latest/ch2", "over HTTP/2")]
    public async Task Cat_of_the_channel_gives_all_of_one_side(string name, string said)
    {
        Assert.Equal(ExitCode.Good, await RunAsync("cat", name, "--response", "--body", "--raw"));
        Assert.Equal(said, System.Text.Encoding.UTF8.GetString(_terminal.OutBytes));
    }

    public void Dispose() => _folder.Dispose();

    private Task<int> RunAsync(params string[] arguments) =>
        new App(_terminal.Terminal, new ManualTime(), _ => null).RunAsync(["--store", "file://" + _folder.Path, .. arguments], CancellationToken.None);
}
