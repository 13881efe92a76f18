using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Tests.Output;
using K8sRecorder.Plugin.Tests.Recordings;
using K8sRecorder.Testing;

namespace K8sRecorder.Plugin.Tests.Verbs;

/// <summary>How ends of streams and connections of HTTP/2 are shown.</summary>
public sealed class Http2EndTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestTerminal _terminal = new();

    [Fact]
    public async Task Log_names_the_error_and_who_ended_it()
    {
        using (var recording = new TestRecording(_folder.Path, "01m7yrrt80aaaaaaaaaaaaaaaa"))
        {
            recording.Add("session.opened", null, "\"software\":\"k8srecorder/0.1.0\"", "\"mode\":\"Strict\"");
            recording.Add("http.request", 1, "\"target\":\"model\"", "\"method\":\"POST\"", "\"head\":[" + recording.Part("POST /x HTTP/2\nhost: h\n") + "]");
            recording.Add("http.reset", 1, "\"target\":\"model\"", "\"from\":\"target\"", "\"code\":\"REFUSED_STREAM\"");
            recording.Add("http.response", 1, "\"cut\":\"targetFailed\"");
            recording.Add("http2.error", null, "\"target\":\"model\"", "\"connection\":\"agent\"", "\"from\":\"recorder\"", "\"code\":\"FRAME_SIZE_ERROR\"");
            recording.Seal();
        }

        Assert.Equal(ExitCode.Good, await new App(_terminal.Terminal, new ManualTime(), _ => null).RunAsync(["--store", "file://" + _folder.Path, "log", "latest"], CancellationToken.None));
        Assert.Contains("reset by the target: REFUSED_STREAM", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("model: the agent's connection of HTTP/2 was ended by the recorder", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("FRAME_SIZE_ERROR", _terminal.Out, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
