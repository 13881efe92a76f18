namespace K8sRecorder.Operator.Injection;

/// <summary>What admission knows of a pod's namespace, from the operator's cache.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">Its annotations.</param>
internal sealed record NamespaceFacts(string Name, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations);
