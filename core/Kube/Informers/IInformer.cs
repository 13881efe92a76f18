using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Informers;

/// <summary>All objects of a kind, held here and kept up to date. Safe for many at once; what it hands out must not be changed.</summary>
public interface IInformer<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>The first list is in, and told to the handlers.</summary>
    bool HasSynced { get; }

    int Count { get; }

    /// <summary>When the server was last heard of; null: never.</summary>
    DateTimeOffset? LastContact { get; }

    T? Find(NamespacedName key);

    IReadOnlyList<T> List();

    /// <summary>Those that <paramref name="index"/> has under <paramref name="value"/>.</summary>
    IReadOnlyList<T> ByIndex(string index, string value);

    /// <summary>
    /// Tells <paramref name="handler"/> of every change, and first of all that is held already. One at a time, in order, on the informer's
    /// own loop: it should only put a key into a queue.
    /// </summary>
    void Subscribe(Action<InformerEvent<T>> handler);

    Task WaitForSyncAsync(CancellationToken cancellationToken);
}
