using System.Text.RegularExpressions;
using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Tests.Output;

namespace K8sRecorder.Plugin.Tests.Transcripts;

/// <summary>
/// Runs the commands of a transcript in this process. Values that differ from run to run (folders, fingerprints) stand in the file by
/// name, <c>{store}</c>, and are put in before a command and taken out of its output.
/// </summary>
internal sealed partial class TranscriptRunner(IReadOnlyDictionary<string, string> values, TimeProvider time)
{
    public const string Update = "UPDATE_TRANSCRIPTS";

    /// <summary>Runs and compares; with <c>UPDATE_TRANSCRIPTS=1</c> writes the file anew where it differs.</summary>
    public async Task RunAsync(string path)
    {
        var text = await File.ReadAllTextAsync(path);
        var actual = await RunTextAsync(text);
        if (actual != text && Environment.GetEnvironmentVariable(Update) == "1")
            await File.WriteAllTextAsync(path, actual);
        else
            Assert.Equal(text, actual);
    }

    /// <summary>The transcript with what its commands really say.</summary>
    public async Task<string> RunTextAsync(string text)
    {
        var expected = TranscriptFile.Parse(text);
        var steps = new List<TranscriptStep>();
        foreach (var step in expected.Steps)
            steps.Add(await RunAsync(step.Command, expected.Width));
        return (expected with { Steps = steps }).ToString();
    }

    private async Task<TranscriptStep> RunAsync(string command, int? width)
    {
        var terminal = new TestTerminal(width);
        var words = CommandLineWords.Split(Put(command));
        var environment = new Dictionary<string, string>();
        if (values.TryGetValue("store", out var store))
            environment[VerbContext.StoreVariable] = store;
        var exit = await new App(terminal.Terminal, time, name => environment.GetValueOrDefault(name)).RunAsync([.. words.Skip(2)], CancellationToken.None);
        return new TranscriptStep(command, exit, Take(terminal.Out), Take(terminal.Error));
    }

    private string Put(string command) => values.Aggregate(command, (text, pair) => text.Replace("{" + pair.Key + "}", pair.Value, StringComparison.Ordinal));

    private string Take(string output) => values.Aggregate(
        ChunkName().Replace(output, "$1{chunk}"), (text, pair) => text.Replace(pair.Value, "{" + pair.Key + "}", StringComparison.Ordinal));

    [GeneratedRegex("(sha256/|chunk )(?:[0-9a-f]{64}|[0-9a-f]{12})")]
    private static partial Regex ChunkName();
}
