namespace K8sRecorder.Kube;

/// <summary>One page of a list. <paramref name="Continue"/> asks for the next; all have the state of <paramref name="ResourceVersion"/>.</summary>
public sealed record ListPage<T>(IReadOnlyList<T> Items, string ResourceVersion, string? Continue);
