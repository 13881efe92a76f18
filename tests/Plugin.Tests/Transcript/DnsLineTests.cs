using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Tests.Output;
using K8sRecorder.Plugin.Tests.Recordings;
using K8sRecorder.Testing;

namespace K8sRecorder.Plugin.Tests.Transcript;

/// <summary>DNS in <c>log</c>: a question and its answer are one line; <c>list</c> leaves them out.</summary>
public sealed class DnsLineTests : IDisposable
{
    private const string Session = "01m7yrrt80aaaaaaaaaaaaaaaa";
    private readonly TemporaryFolder _folder = new();
    private readonly TestTerminal _terminal = new();

    [Fact]
    public async Task Log_shows_a_question_and_its_answer_on_one_line()
    {
        Write();

        Assert.Equal(ExitCode.Good, await RunAsync("log"));

        Assert.Contains(
            """
            #1  10:00:00.000  dns  A api.openai.com  NOERROR  3ms  CNAME cdn.example  192.0.2.1
            #2  10:00:00.000  dns  TXT x\x1b[2J.evil.example  by tcp  refused  0ms
            #3  10:00:00.000  dns  HTTPS a.example  asked
            #4  10:00:00.000  dns  HTTPS a.example  NOERROR  1ms  1 . alpn="h2"  2 .  3 .  4 .  … 1 more  truncated  2 stripped
            #5  10:00:00.000  dns  ? -  malformed  0ms
            """.Replace("? -", "? ", StringComparison.Ordinal), _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_as_json_has_name_and_answers()
    {
        Write();

        Assert.Equal(ExitCode.Good, await RunAsync("log", "-o", "json"));

        Assert.Contains(
            """
            "transport":"udp","status":"NOERROR","ms":3,"ttl":60,"asked":"A","name":"api.openai.com","answers":["@ CNAME cdn.example","cdn.example A 192.0.2.1",";; authority","example NS ns"]}
            """.Trim(), _terminal.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("verify")]
    public async Task Other_verbs_take_it(string verb)
    {
        Write();

        await RunAsync(verb);

        Assert.DoesNotContain("openai", _terminal.Out + _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("tampered", _terminal.Out, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Write()
    {
        using var recording = new TestRecording(_folder.Path, Session);
        recording.Add("session.opened", null, "\"software\":\"k8srecorder 0.1.0\"", "\"mode\":\"Strict\"");
        recording.Add("dns.query", null, "\"transport\":\"udp\"", "\"type\":\"A\"", "\"status\":\"NOERROR\"", "\"ms\":3", "\"ttl\":60",
            "\"name\":[" + recording.Part("api.openai.com") + "]",
            "\"answers\":[" + recording.Part("@ CNAME cdn.example\ncdn.example A 192.0.2.1\n;; authority\nexample NS ns\n") + "]");
        recording.Add("dns.query", null, "\"transport\":\"tcp\"", "\"type\":\"TXT\"", "\"status\":\"refused\"", "\"ms\":0",
            "\"name\":[" + recording.Part("x\u001b[2J.evil.example") + "]");
        recording.Add("dns.query", 7, "\"transport\":\"udp\"", "\"type\":\"HTTPS\"", "\"name\":[" + recording.Part("a.example") + "]");
        var name = recording.NextPartNumber - 1;
        recording.Add("dns.answer", 7, "\"transport\":\"udp\"", "\"type\":\"HTTPS\"", "\"status\":\"NOERROR\"", "\"ms\":1", "\"truncated\":true", "\"stripped\":2",
            $"\"name\":[{name}]", "\"answers\":[" + recording.Part("@ HTTPS 1 . alpn=\"h2\"\n@ HTTPS 2 .\n@ HTTPS 3 .\n@ HTTPS 4 .\n@ HTTPS 5 .\n;; option 10 00\n") + "]");
        recording.Add("dns.query", null, "\"transport\":\"udp\"", "\"status\":\"malformed\"", "\"ms\":0");
        recording.Close();
    }

    private Task<int> RunAsync(params string[] arguments) =>
        new App(_terminal.Terminal, new ManualTime(), _ => null).RunAsync(["--store", "file://" + _folder.Path, .. arguments], CancellationToken.None);
}
