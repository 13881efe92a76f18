using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Tests.Output;
using K8sRecorder.Testing;

namespace K8sRecorder.Plugin.Tests.Verbs;

/// <summary>The committed store with every kind of record and every field is shown to its end.</summary>
public sealed class KindVectorTests
{
    private static readonly string Store = "file://" + RepositoryRoot.File("tests/Recording.Tests/Vectors/kinds");

    public static TheoryData<string> Sessions =>
        [.. Directory.EnumerateFiles(RepositoryRoot.File("tests/Recording.Tests/Vectors/kinds"), "open.json", SearchOption.AllDirectories).Select(file => file.Split('/')[^2])];

    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Log_shows_every_session(string session)
    {
        foreach (var more in (string[][])[[], ["-o", "json"], ["--full"]])
        {
            var terminal = new TestTerminal();

            var code = await new App(terminal.Terminal, new ManualTime(), _ => null).RunAsync(["--store", Store, "log", session, .. more], CancellationToken.None);

            Assert.True(code == ExitCode.Good, $"{string.Join(' ', more)}: {code}\n{terminal.Error}");
        }
    }
}
