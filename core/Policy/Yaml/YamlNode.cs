namespace K8sRecorder.Policy.Yaml;

/// <summary>A node of a YAML document: scalar, mapping or sequence, with the line where it starts.</summary>
internal abstract record YamlNode(int Line);
