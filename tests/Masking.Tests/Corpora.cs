using System.IO.Compression;
using System.Text.Json;

namespace K8sRecorder.Masking.Tests;

/// <summary>Real material, outside the project: in the folder that RECORDER_CORPORA names, or beside the checkout.</summary>
internal static class Corpora
{
    /// <summary>The folder, or null where there is none.</summary>
    public static string? Folder { get; } = Find();

    public static IEnumerable<JsonElement> Lines(string file)
    {
        using var zip = new GZipStream(File.OpenRead(Path.Combine(Folder!, file)), CompressionMode.Decompress);
        using var reader = new StreamReader(zip);
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static string? Find()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "K8sRecorder.slnx")))
            root = root.Parent;
        var beside = root is null ? null : Path.GetFullPath(Path.Combine(root.FullName, "../shared/corpora"));
        return new[] { Environment.GetEnvironmentVariable("RECORDER_CORPORA"), beside }.FirstOrDefault(f => f is not null && Directory.Exists(Path.Combine(f, "llm")));
    }
}
