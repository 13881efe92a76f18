namespace K8sRecorder.Kube.Informers;

/// <summary>
/// A change of an informer's objects. <paramref name="Before"/> is what was held, null where it was new. For a deletion
/// <paramref name="Entity"/> is the last that was seen of it: where it went while we were away, its end was not.
/// </summary>
public readonly record struct InformerEvent<T>(InformerEventType Type, T Entity, T? Before)
    where T : class;
