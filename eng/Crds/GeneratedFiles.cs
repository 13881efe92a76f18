using K8sRecorder.Policy.Model;

namespace K8sRecorder.Crds;

/// <summary>Every file that is made from the model, as it must be.</summary>
internal static class GeneratedFiles
{
    private const string Begin = "<!-- fields: make crds -->\n";
    private const string End = "<!-- end of fields -->\n";

    /// <summary>Path from the repository's root, and text. Pages keep what stands outside their table.</summary>
    public static IEnumerable<(string Path, string Text)> All(string root)
    {
        foreach (var kind in Enum.GetValues<PolicyKind>())
        {
            var definition = Definition.Of(kind);
            yield return ($"crds/k8srecorder.io_{Definition.Plural(kind)}.yaml", "# Generated from core/Policy by make crds. Do not edit.\n" + YamlText.Of(definition));
            var page = $"docs/{kind.ToString().ToLowerInvariant()}.md";
            yield return (page, WithTable(File.ReadAllText(Path.Combine(root, page)), FieldTable.Of(definition)));
        }
    }

    private static string WithTable(string page, string table)
    {
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        return from < 0 || to < from ? throw new InvalidOperationException("a page needs the two marks between which its table stands") : page[..(from + Begin.Length)] + table + page[to..];
    }
}
