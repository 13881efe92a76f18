namespace K8sRecorder.Testing.Corpora;

/// <summary>
/// Where the material of others lies that tests read and the project never contains: <c>RECORDER_CORPORA</c>, or
/// <c>../shared/corpora</c> beside the repository.
/// </summary>
public static class CorporaFolder
{
    /// <summary>The folder, or null where there is none on this machine.</summary>
    public static string? Path { get; } = Find();

    /// <summary>Why tests are left out, or null.</summary>
    public static string? WhyAbsent =>
        Path is null ? "LEFT OUT: no recorded traffic here; RECORDER_CORPORA names no folder and ../shared/corpora is not there" : null;

    /// <summary>Opens a gzip'd JSON lines file, one line at a time.</summary>
    public static IEnumerable<string> Lines(string file)
    {
        using var stream = File.OpenRead(System.IO.Path.Combine(Path ?? throw new DirectoryNotFoundException(WhyAbsent), file));
        using var gzip = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("RECORDER_CORPORA") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(System.IO.Path.Combine(folder.FullName, "K8sRecorder.slnx")))
                continue;
            var beside = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder.FullName, "..", "shared", "corpora"));
            return Directory.Exists(beside) ? beside : null;
        }

        return null;
    }
}
