using System.Text;
using System.Text.Json.Nodes;
using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Credentials;
using K8sRecorder.Testing;

namespace K8sRecorder.Kube.Tests.Credentials;

public sealed class ExecCredentialTests : IDisposable
{
    private const string V1 = "client.authentication.k8s.io/v1";
    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly ManualTime _time = new();

    private ExecPlugin Plugin(string script, string? command = null, string? searchPath = null)
    {
        var path = _folder["plugin"];
        File.WriteAllText(path, "#!/bin/sh\n" + script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return new ExecPlugin
        {
            ApiVersion = V1,
            Command = command ?? path,
            Arguments = ["one two"],
            Environment = [new("EXTRA", "set")],
            InstallHint = "get it\nthere",
            ClusterInfo = """{"server":"https://h"}""",
            SearchPath = searchPath,
        };
    }

    private static string Printed(string status) => $$"""{"apiVersion":"{{V1}}","kind":"ExecCredential","status":{{status}}}""";

    /// <summary>Every run prints another token: the count of runs.</summary>
    private string Counting(string more = "") =>
        $$$$"""echo run >> {{{{_folder["runs"]}}}}; printf '%s' '{"apiVersion":"{{{{V1}}}}","kind":"ExecCredential","status":{"token":"t'$(wc -l < {{{{_folder["runs"]}}}} | tr -d ' ')'"{{{{more}}}}}}'""";

    private async Task<string> FailureAsync(ExecPlugin plugin)
    {
        using var source = new ExecCredentialSource(plugin, _time);
        return (await Assert.ThrowsAsync<CredentialException>(async () => await source.GetAsync(null, CancellationToken.None))).Message;
    }

    [Fact]
    public async Task Credential_is_kept_until_it_expires_or_is_refused()
    {
        using var source = new ExecCredentialSource(Plugin(Counting(""","expirationTimestamp":"2026-11-21T11:00:00Z" """)), _time);
        var all = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => source.GetAsync(null, CancellationToken.None).AsTask()));
        Assert.All(all, credential => Assert.Equal("t1", credential.Token));

        var again = await source.GetAsync(all[0], CancellationToken.None);
        Assert.Equal("t2", again.Token);
        // Whoever was refused with the one before gets the new one, without another run.
        Assert.Equal("t2", (await source.GetAsync(all[0], CancellationToken.None)).Token);

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("t2", (await source.GetAsync(null, CancellationToken.None)).Token);
        _time.Advance(TimeSpan.FromSeconds(51));
        Assert.Equal("t3", (await source.GetAsync(null, CancellationToken.None)).Token);
    }

    [Fact]
    public async Task Plugin_is_told_what_it_needs_and_nothing_is_split()
    {
        using var source = new ExecCredentialSource(Plugin($"echo \"$1|$EXTRA|$KUBERNETES_EXEC_INFO\" > {_folder["seen"]}; cat; {Counting()}"), _time);
        await source.GetAsync(null, CancellationToken.None);

        var seen = (await File.ReadAllTextAsync(_folder["seen"])).Split('|');
        Assert.Equal(("one two", "set"), (seen[0], seen[1]));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$$$"""{"kind":"ExecCredential","apiVersion":"{{{{V1}}}}","spec":{"interactive":false,"cluster":{"server":"https://h"}}}"""), JsonNode.Parse(seen[2])));
    }

    [Fact]
    public async Task Name_is_looked_up_in_the_path_alone()
    {
        var plugin = Plugin(Counting(), command: "plugin", searchPath: $"relative{Path.PathSeparator}.{Path.PathSeparator}{_folder.Path}");
        using var source = new ExecCredentialSource(plugin, _time);
        Assert.Equal("t1", (await source.GetAsync(null, CancellationToken.None)).Token);

        // The test's own folder holds a program of that name, and so does the working folder.
        var here = Path.GetFileName(Directory.EnumerateFiles(AppContext.BaseDirectory, "K8sRecorder.Kube.Tests.dll").Single());
        Assert.Equal("the credential plugin K8sRecorder.Kube.Tests.dll cannot be started; get it there", await FailureAsync(Plugin("", command: here, searchPath: ".")));
    }

    [Theory]
    [InlineData("exit 3", "ended with exit code 3")]
    [InlineData("echo hunter2", "printed no JSON")]
    [InlineData("echo '{}'", "printed no ExecCredential of client.authentication.k8s.io/v1")]
    [InlineData("head -c 2000000 /dev/zero", "printed more than 1 MiB")]
    [InlineData("echo hunter2 >&2; exit 1", "ended with exit code 1")]
    public async Task What_goes_wrong_is_said_without_quoting_it(string script, string expected)
    {
        var message = await FailureAsync(Plugin(script));
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "neither a token nor a certificate")]
    [InlineData("""{"clientCertificateData":"x"}""", "a certificate without its key, or the other way round")]
    [InlineData("""{"clientCertificateData":"x","clientKeyData":"y"}""", "a certificate that does not fit its key")]
    [InlineData("""{"token":"t","expirationTimestamp":"soon"}""", "an expirationTimestamp that is no time")]
    [InlineData("""[]""", "no status")]
    public void Status_that_is_none_is_refused(string status, string expected) => Assert.Contains(
        expected,
        Assert.Throws<CredentialException>(() => ExecCredential.Parse(Encoding.UTF8.GetBytes(Printed(status)), Plugin(""))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Token_that_would_end_its_header_is_refused() =>
        Assert.Throws<CredentialException>(() => ExecCredential.Parse(Encoding.UTF8.GetBytes(Printed("""{"token":"a\r\nX: y"}""")), Plugin("")));

    [Fact]
    public async Task Plugin_that_hangs_is_ended()
    {
        var plugin = Plugin($"echo $$ > {_folder["pid"]}; exec 3<>{_folder["pid"]}; exec sleep 1000");
        using var source = new ExecCredentialSource(plugin, _time);
        var asked = source.GetAsync(null, CancellationToken.None).AsTask();
        while (_time.UntilNextTimer is null)
            await Task.Yield();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("took too long", (await Assert.ThrowsAsync<CredentialException>(() => asked)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
