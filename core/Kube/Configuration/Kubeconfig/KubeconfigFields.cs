using System.Text.Json.Nodes;

namespace K8sRecorder.Kube.Configuration.Kubeconfig;

/// <summary>The fields of one mapping; what is of the wrong kind is a problem that names it, and counts as absent. Values are never shown.</summary>
internal sealed class KubeconfigFields(JsonObject body, string file, string path, List<KubeConfigProblem> problems)
{
    public JsonObject Body => body;

    public string File => file;

    public string PathOf(string field) => path is "" ? field : $"{path}.{field}";

    public void Problem(string field, string message) => problems.Add(new KubeConfigProblem(file, Shown(PathOf(field)), message));

    public bool Has(string field) => body.TryGetPropertyValue(field, out var value) && value is not null;

    /// <summary>The text; null where absent, null or empty, which kubectl takes for the same.</summary>
    public string? Text(string field)
    {
        if (!Has(field))
            return null;
        if (body[field] is JsonValue value && value.TryGetValue<string>(out var text))
            return text is "" ? null : text;
        Problem(field, "must be text; quote it");
        return null;
    }

    public bool Flag(string field)
    {
        if (!Has(field))
            return false;
        if (body[field] is JsonValue value && value.TryGetValue<bool>(out var flag))
            return flag;
        Problem(field, "must be true or false");
        return false;
    }

    public byte[]? Base64(string field)
    {
        if (Text(field) is not { } text)
            return null;
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            Problem(field, "is not base64");
            return null;
        }
    }

    public KubeconfigFields? Object(string field)
    {
        if (!Has(field))
            return null;
        if (body[field] is JsonObject fields)
            return new KubeconfigFields(fields, file, PathOf(field), problems);
        Problem(field, "must be a mapping");
        return null;
    }

    public IEnumerable<KubeconfigFields> Objects(string field)
    {
        if (!Has(field))
            yield break;
        if (body[field] is not JsonArray items)
        {
            Problem(field, "must be a list");
            yield break;
        }
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is JsonObject item)
                yield return new KubeconfigFields(item, file, $"{PathOf(field)}[{i}]", problems);
            else
                Problem($"{field}[{i}]", "must be a mapping");
        }
    }

    public IReadOnlyList<string> Texts(string field)
    {
        if (!Has(field))
            return [];
        if (body[field] is not JsonArray items)
        {
            Problem(field, "must be a list");
            return [];
        }
        var texts = new List<string>();
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is JsonValue value && value.TryGetValue<string>(out var text))
                texts.Add(text);
            else
                Problem($"{field}[{i}]", "must be text; quote it");
        }
        return texts;
    }

    /// <summary>A field's name may be anybody's text: one line, of bounded length.</summary>
    private static string Shown(string path) => string.Concat(path.Take(200).Select(c => char.IsControl(c) ? '?' : c));

    /// <summary>A path as the file means it: relative to the folder the file lies in.</summary>
    public string? FilePath(string field) =>
        Text(field) is { } relative ? Path.GetFullPath(relative, Path.GetDirectoryName(Path.GetFullPath(file))!) : null;
}
