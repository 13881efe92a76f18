using System.Text;
using K8sRecorder.Plugin.Tests.Recordings;

namespace K8sRecorder.Plugin.Tests.Transcripts;

/// <summary>Runs the console blocks of docs/plugin.md.</summary>
public sealed class DocumentTests
{
    private const string Fence = "```console\n";

    [Fact]
    public async Task Examples_of_the_page_are_what_the_commands_say()
    {
        var path = Path.Combine(Repository.Root, "docs", "plugin.md");
        var text = await File.ReadAllTextAsync(path);
        using var store = new SampleStore();
        var runner = store.Runner();
        var actual = new StringBuilder();
        var blocks = text.Split(Fence);
        actual.Append(blocks[0]);
        foreach (var block in blocks.Skip(1))
        {
            var end = block.IndexOf("```", StringComparison.Ordinal);
            actual.Append(Fence).Append(await runner.RunTextAsync(block[..end])).Append(block, end, block.Length - end);
        }
        Assert.True(blocks.Length > 5);
        if (Environment.GetEnvironmentVariable(TranscriptRunner.Update) == "1")
            await File.WriteAllTextAsync(path, actual.ToString());
        else
            Assert.Equal(text, actual.ToString());
    }
}
