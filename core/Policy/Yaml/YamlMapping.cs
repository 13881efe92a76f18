namespace K8sRecorder.Policy.Yaml;

/// <summary>A mapping with scalar keys, in the order written; a key may stand twice, which the binder reports.</summary>
internal sealed record YamlMapping(int Line, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line);
