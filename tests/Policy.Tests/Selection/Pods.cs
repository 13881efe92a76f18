using System.Text;
using K8sRecorder.Policy.Selection;

namespace K8sRecorder.Policy.Tests.Selection;

/// <summary>Pods and policies for selection and merge.</summary>
internal static class Pods
{
    public static PodFacts In(string ns, string? label, (string, string)[]? labels = null, (string, string)[]? annotations = null) =>
        new(ns, label is null ? Map([("team", ns)]) : Map([("team", ns), ("k8srecorder.io/recording", label)]), Map(labels ?? []), Map(annotations ?? []));

    /// <summary>A namespaced policy, <c>namespace/name</c>, or a cluster one, <c>name</c>, of valid text.</summary>
    public static RecordingPolicyDocument Policy(string name, string spec = "")
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var (kind, metadata) = slash < 0 ? ("ClusterRecordingPolicy", $"name: {name}") : ("RecordingPolicy", $"name: {name[(slash + 1)..]}, namespace: {name[..slash]}");
        var text = $"apiVersion: k8srecorder.io/v1alpha1\nkind: {kind}\nmetadata: {{ {metadata} }}\nspec: {{ {spec} }}\n";
        var file = PolicyFile.Parse(Encoding.UTF8.GetBytes(text), name);
        var document = Assert.IsType<RecordingPolicyDocument>(Assert.Single(file.Documents));
        Assert.Empty(file.Problems.Concat(PolicyValidator.Validate(document, null)).Select(problem => problem.ToString()));
        return document;
    }

    private static Dictionary<string, string> Map((string Key, string Value)[] pairs) => pairs.ToDictionary(pair => pair.Key, pair => pair.Value);
}
