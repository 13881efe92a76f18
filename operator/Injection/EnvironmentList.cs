using System.Text.Json.Nodes;

namespace K8sRecorder.Operator.Injection;

/// <summary>The variables of one container. Of a name that stands twice the kubelet takes the last.</summary>
internal sealed class EnvironmentList(JsonObject container)
{
    private const string Kept = "RECORDER_KEPT_JAVA_TOOL_OPTIONS";

    /// <summary>
    /// Sets a variable; true if that took another value of the author's from it. <c>env</c> goes before <c>envFrom</c>, which is not looked into.
    /// </summary>
    public bool Set(string name, string value)
    {
        var list = container.List("env");
        var there = list.OfType<JsonObject>().Where(entry => entry.Text("name") == name).ToList();
        if (there.Count == 1 && IsValue(there[0], value))
            return false;
        foreach (var entry in there)
            list.Remove(entry);
        list.Put(new JsonObject { ["name"] = name, ["value"] = value });
        return there.Exists(entry => !IsValue(entry, value));
    }

    /// <summary>
    /// Appends words to what is there. A value that comes from elsewhere is moved to a name of its own and referred to.
    /// </summary>
    public void Append(string name, string words)
    {
        var list = container.List("env");
        var there = list.OfType<JsonObject>().Where(entry => entry.Text("name") == name).ToList();
        if (there.Count == 1 && there[0].Text("value") is { } now && (now == words || now.EndsWith(" " + words, StringComparison.Ordinal)))
            return;
        var last = there.LastOrDefault();
        foreach (var entry in there)
            list.Remove(entry);
        // Another webhook may have written behind our words in the meantime.
        var before = (last.Text("value") ?? "").Replace(words, "", StringComparison.Ordinal).Trim();
        if (last?["valueFrom"] is { } source)
        {
            foreach (var entry in list.OfType<JsonObject>().Where(entry => entry.Text("name") == Kept).ToList())
                list.Remove(entry);
            list.Put(new JsonObject { ["name"] = Kept, ["valueFrom"] = source.DeepClone() });
            before = $"$({Kept})";
        }
        list.Put(new JsonObject { ["name"] = name, ["value"] = before.Length == 0 ? words : $"{before} {words}" });
    }

    private static bool IsValue(JsonObject entry, string value) => entry.Text("value") == value && entry["valueFrom"] is null;
}
