namespace K8sRecorder.Policy.Yaml;

/// <summary>A key of a mapping, its line and its value.</summary>
internal readonly record struct YamlEntry(string Key, int Line, YamlNode Value);
