namespace K8sRecorder.Policy.Yaml;

/// <summary>A sequence.</summary>
internal sealed record YamlSequence(int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line);
