using System.Globalization;

namespace K8sRecorder.Policy;

/// <summary>Paths as problems show them: <c>spec.targets[0].listen</c>, <c>metadata.labels[app.kubernetes.io/name]</c>.</summary>
internal static class FieldPath
{
    public static string Field(string parent, string name)
    {
        var shown = Shown.Text(name, 64);
        return parent.Length == 0 ? shown : $"{parent}.{shown}";
    }

    public static string Item(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");

    public static string Key(string parent, string key) => $"{parent}[{Shown.Text(key, 64)}]";
}
