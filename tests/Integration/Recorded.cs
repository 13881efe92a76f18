using System.IO.Compression;
using System.Text.Json;

namespace K8sRecorder.Integration;

/// <summary>A recording read without our reader: gunzip and JSON lines, as docs/recording-format.md promises.</summary>
public static class Recorded
{
    /// <summary>All records of a store in order of their sequence numbers.</summary>
    public static IReadOnlyList<JsonElement> Lines(string storeFolder) =>
        [.. Plain(storeFolder).Where(line => line.TryGetProperty("seq", out _)).OrderBy(line => line.GetProperty("seq").GetInt64())];

    private static IEnumerable<JsonElement> Plain(string storeFolder)
    {
        foreach (var file in Directory.EnumerateFiles(storeFolder, "*", SearchOption.AllDirectories))
        {
            if (!file.Contains($"{Path.DirectorySeparatorChar}sha256{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                continue;
            using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
            while (reader.ReadLine() is { } line)
                using (var document = JsonDocument.Parse(line))
                    yield return document.RootElement.Clone();
        }
    }
}
