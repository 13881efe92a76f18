namespace K8sRecorder.Kube;

/// <summary>One event of a watch. <paramref name="Entity"/> is null for a bookmark.</summary>
public readonly record struct WatchEvent<T>(WatchEventType Type, T? Entity, string ResourceVersion)
    where T : class;
