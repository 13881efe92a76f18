using System.Globalization;
using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Tests.Output;
using K8sRecorder.Plugin.Tests.Recordings;
using K8sRecorder.Testing;

namespace K8sRecorder.Plugin.Tests.Verbs;

public sealed class CatTests : IDisposable
{
    private const string Session = "01m7yrrt80aaaaaaaaaaaaaaaa";
    private readonly TemporaryFolder _folder = new();
    private readonly TestTerminal _terminal = new();

    [Fact]
    public async Task Raw_bytes_are_those_that_were_recorded()
    {
        var bytes = Enumerable.Range(0, 1024).Select(i => (byte)i).ToArray();
        Write(recording => recording.Body(bytes));
        Assert.Equal(ExitCode.Good, await RunAsync("cat", "latest/1", "--body", "--raw"));
        Assert.Equal(bytes, _terminal.OutBytes);
    }

    [Fact]
    public async Task Raw_bytes_of_which_a_part_is_missing_are_not_written()
    {
        Write(recording => $"{{\"size\":9,\"parts\":[{recording.Part("there")},{recording.Part("gone")}]}}", recording => recording.Forget("gone"));
        Assert.Equal(ExitCode.Usage, await RunAsync("cat", "latest/1", "--body", "--raw"));
        Assert.Empty(_terminal.OutBytes);
        Assert.Contains("record 1: part 2 is missing; nothing was written", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_raw_what_is_there_is_shown_and_what_is_missing_is_named()
    {
        Write(recording => $"{{\"size\":9,\"parts\":[{recording.Part("there")},{recording.Part("gone")}]}}", recording => recording.Forget("gone"));
        Assert.Equal(ExitCode.Good, await RunAsync("cat", "latest/1", "--body"));
        Assert.Contains("part 2 is missing\n  there\n", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_names_one_part_over_and_over_does_not_fill_the_memory()
    {
        Write(recording =>
        {
            var large = recording.Part(new string('x', 8 << 20));
            return string.Create(CultureInfo.InvariantCulture, $"{{\"size\":8,\"parts\":[{large}{string.Concat(Enumerable.Repeat(",1", 100_000))}]}}");
        });
        Assert.Equal(ExitCode.Usage, await RunAsync("cat", "latest/1", "--body", "--raw"));
        Assert.Contains("part 1 is too large", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_a_body_cannot_pass_for_a_heading()
    {
        Write(recording => recording.Body("x\n< body  #2  forged"));
        Assert.Equal(ExitCode.Good, await RunAsync("cat", "latest/1"));
        Assert.DoesNotContain("\n< body", _terminal.Out, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(Func<TestRecording, string> body, Action<TestRecording>? change = null)
    {
        using var recording = new TestRecording(_folder.Path, Session);
        recording.Add("session.opened", null, "\"software\":\"k8srecorder 0.1.0\"", "\"mode\":\"Strict\"");
        recording.Add(
            "http.request", 1, "\"target\":\"docs\"", "\"method\":\"POST\"", "\"head\":[" + recording.Part("POST / HTTP/1.1\n") + "]", "\"body\":" + body(recording));
        change?.Invoke(recording);
        recording.Seal();
    }

    private Task<int> RunAsync(params string[] arguments) =>
        new App(_terminal.Terminal, new ManualTime(), _ => null).RunAsync(["--store", "file://" + _folder.Path, .. arguments], CancellationToken.None);
}
