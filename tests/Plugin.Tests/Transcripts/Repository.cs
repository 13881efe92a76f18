namespace K8sRecorder.Plugin.Tests.Transcripts;

/// <summary>Where the sources are: transcripts and docs are read, and rewritten, in place.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static string Transcripts => Path.Combine(Root, "tests", "Plugin.Tests", "Transcripts");

    private static string Find(DirectoryInfo folder)
    {
        for (var at = folder; at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "K8sRecorder.slnx")))
                return at.FullName;
        }
        throw new InvalidOperationException("the tests run outside the repository");
    }
}
