using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Configuration.Kubeconfig;

/// <summary>Reads one kubeconfig into its named entries. Total: bytes in, entries or problems out.</summary>
internal static class KubeconfigReader
{
    public static KubeconfigDocument? ReadFile(string path, List<KubeConfigProblem> problems)
    {
        try
        {
            if (new FileInfo(path).Length > KubeconfigLimits.Bytes)
            {
                problems.Add(new KubeConfigProblem(path, "", "is larger than 8 MiB"));
                return null;
            }
            return Read(File.ReadAllBytes(path), path, problems);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add(new KubeConfigProblem(path, "", $"cannot be read: {unreadable.Message}"));
            return null;
        }
    }

    public static KubeconfigDocument? Read(ReadOnlySpan<byte> utf8, string file, List<KubeConfigProblem> problems)
    {
        var tree = YamlTree.Read(utf8, out var problem);
        if (problem is not null)
        {
            problems.Add(new KubeConfigProblem(file, "", problem));
            return null;
        }
        if (tree is null)
            return new KubeconfigDocument(file, null, [], [], []);
        if (tree is not JsonObject root)
        {
            problems.Add(new KubeConfigProblem(file, "", "must be a mapping with clusters, users and contexts"));
            return null;
        }

        var fields = new KubeconfigFields(root, file, "", problems);
        if (fields.Text("kind") is { } kind && kind is not "Config")
            fields.Problem("kind", "must be Config");
        return new KubeconfigDocument(
            file, fields.Text("current-context"), Entries(fields, "clusters", "cluster"), Entries(fields, "users", "user"), Entries(fields, "contexts", "context"));
    }

    private static List<KubeconfigEntry> Entries(KubeconfigFields root, string list, string body)
    {
        var entries = new List<KubeconfigEntry>();
        foreach (var item in root.Objects(list))
        {
            if (item.Text("name") is not { Length: > 0 } name)
                item.Problem("name", "is missing");
            else
                entries.Add(new KubeconfigEntry(name, root.File, item.PathOf(body), item.Object(body)?.Body ?? []));
        }
        return entries;
    }
}
