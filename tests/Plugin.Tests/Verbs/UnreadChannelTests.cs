using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Tests.Output;
using K8sRecorder.Plugin.Tests.Recordings;
using K8sRecorder.Testing;

namespace K8sRecorder.Plugin.Tests.Verbs;

/// <summary>What was let through unread, or not let through, is shown as that.</summary>
public sealed class UnreadChannelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestTerminal _terminal = new();

    public UnreadChannelTests()
    {
        using var recording = new TestRecording(_folder.Path, "01m7yrrt80aaaaaaaaaaaaaaaa");
        recording.Add("session.opened", null, "\"software\":\"k8srecorder/0.1.0\"", "\"mode\":\"Strict\"");
        recording.Add(
            "channel.opened", 1, "\"target\":\"vault\"", "\"protocol\":\"TLS\"", "\"peer\":54321", "\"dialled\":\"192.0.2.9:8200\"", "\"alpn\":\"h2\"", "\"onlyCountedFor\":\"passthrough\"",
            "\"name\":[" + recording.Part("vault.example") + "]", "\"authority\":[" + recording.Part("vault.example:8200") + "]");
        recording.Add("channel.closed", 1, "\"reason\":\"closed\"", "\"in\":2048", "\"out\":4096");
        recording.Add("connection.refused", 2, "\"reason\":\"unmatched\"", "\"authority\":[" + recording.Part("a\u001b[2J.example:443") + "]");
        recording.Add("channel.opened", 3, "\"target\":\"mail\"", "\"protocol\":\"TCP\"", "\"peer\":54322");
        recording.Add("channel.unread", 3, "\"onlyCountedFor\":\"uninterceptable\"");
        recording.Add("channel.closed", 3, "\"reason\":\"closed\"", "\"in\":1024", "\"out\":3072");
        recording.Seal();
    }

    [Fact]
    public async Task Log_says_that_it_was_not_read()
    {
        Assert.Equal(ExitCode.Good, await RunAsync("log", "latest"));
        var said = string.Join(' ', _terminal.Out.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("TLS opened asked for vault.example:8200 dialled 192.0.2.9:8200 as vault.example ALPN h2 not read (passthrough)", said, StringComparison.Ordinal);
        Assert.Contains("not read from here on (uninterceptable)", said, StringComparison.Ordinal);
        Assert.Contains("refused: unmatched asked for", said, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', _terminal.Out);
    }

    [Fact]
    public async Task List_says_so_too_and_how_much()
    {
        Assert.Equal(ExitCode.Good, await RunAsync("list"));
        Assert.Contains("TLS, 2.0 KiB sent, 4.0 KiB received, not read (passthrough)", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("TCP, 1.0 KiB sent, 3.0 KiB received, not read (uninterceptable)", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_fields()
    {
        Assert.Equal(ExitCode.Good, await RunAsync("log", "latest", "-o", "json"));
        Assert.Contains("\"onlyCountedFor\":\"passthrough\"", _terminal.Out.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\"authority\":\"vault.example:8200\"", _terminal.Out.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<int> RunAsync(params string[] arguments) =>
        new App(_terminal.Terminal, new ManualTime(), _ => null).RunAsync(["--store", "file://" + _folder.Path, .. arguments], CancellationToken.None);
}
