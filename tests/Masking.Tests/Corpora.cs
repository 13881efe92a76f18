using System.Text.Json;
using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Masking.Tests;

/// <summary>The JSON lines of real material, outside the project.</summary>
internal static class Corpora
{
    public static IEnumerable<JsonElement> Lines(string file)
    {
        foreach (var line in CorporaFolder.Lines(file))
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }
}
