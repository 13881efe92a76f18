using K8sRecorder.Plugin.Tests.Recordings;

namespace K8sRecorder.Plugin.Tests.Transcripts;

public sealed class TranscriptTests
{
    public static TheoryData<string> Files()
    {
        var data = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(Repository.Transcripts, "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            data.Add(Path.GetRelativePath(Repository.Transcripts, file));
        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Transcript_is_what_the_commands_say(string file)
    {
        using var store = new SampleStore();
        await store.Runner().RunAsync(Path.Combine(Repository.Transcripts, file));
    }
}
