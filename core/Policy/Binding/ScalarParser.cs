using K8sRecorder.Policy.Yaml;

namespace K8sRecorder.Policy.Binding;

/// <summary>Reads a scalar: null where it went well, else the reason; empty where the general message says enough.</summary>
internal delegate string? ScalarParser<T>(YamlScalar scalar, out T? value);
