using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Plugin.Tests.Recordings;
using K8sRecorder.Testing;

namespace K8sRecorder.Plugin.Tests.Verbs;

public sealed class LogFollowTests : IDisposable
{
    private const string Session = "01m7yrrt80aaaaaaaaaaaaaaaa";
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly GrowingStream _out = new();

    [Fact]
    public async Task Log_that_follows_shows_what_comes_and_ends_with_the_session()
    {
        using var recording = new TestRecording(_folder.Path, Session);
        recording.Add("session.opened", null, "\"software\":\"k8srecorder 0.1.0\"", "\"mode\":\"Strict\"");
        Request(recording, 1, "/slow");
        Request(recording, 2, "/quick");
        Response(recording, 2);
        recording.Seal();
        var log = RunAsync(CancellationToken.None);
        // Following, what has ended comes first.
        await AdvanceUntilAsync(() => _out.Text.Contains("GET /quick", StringComparison.Ordinal));
        Assert.DoesNotContain("/slow", _out.Text, StringComparison.Ordinal);

        Response(recording, 1);
        recording.Seal();
        await AdvanceUntilAsync(() => _out.Text.Contains("GET /slow", StringComparison.Ordinal));
        Assert.False(log.IsCompleted);

        recording.Close();
        await AdvanceUntilAsync(() => log.IsCompleted);
        Assert.Equal(ExitCode.Good, await log);
        Assert.EndsWith("session closed: stopped\n", _out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_that_follows_and_is_interrupted_shows_what_has_begun()
    {
        using var recording = new TestRecording(_folder.Path, Session);
        recording.Add("session.opened", null, "\"software\":\"k8srecorder 0.1.0\"", "\"mode\":\"Strict\"");
        Request(recording, 1, "/slow");
        recording.Seal();
        using var interrupt = new CancellationTokenSource();
        var log = RunAsync(interrupt.Token);
        await AdvanceUntilAsync(() => _out.Text.Contains("session opened", StringComparison.Ordinal));
        await interrupt.CancelAsync();
        Assert.Equal(ExitCode.Good, await log);
        Assert.Contains("GET /slow  no response", _out.Text, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _out.Dispose();
        _folder.Dispose();
    }

    private static void Request(TestRecording recording, long channel, string path) => recording.Add(
        "http.request", channel, "\"target\":\"docs\"", "\"method\":\"GET\"", "\"head\":[" + recording.Part($"GET {path} HTTP/1.1\n") + "]");

    private static void Response(TestRecording recording, long channel) => recording.Add(
        "http.response", channel, "\"status\":204", "\"origin\":\"target\"", "\"head\":[" + recording.Part("HTTP/1.1 204 No Content\n") + "]");

    private Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var terminal = new Terminal { Out = _out, Error = Stream.Null };
        return Task.Run(() => new App(terminal, _time, _ => null).RunAsync(
            ["--store", "file://" + _folder.Path, "log", "-f", Session], cancellationToken), CancellationToken.None);
    }

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
