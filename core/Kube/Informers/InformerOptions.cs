using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Informers;

/// <summary>What an informer holds, and how it goes on when something goes wrong.</summary>
public sealed class InformerOptions<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Which objects; all of the kind by default.</summary>
    public ListOptions Select { get; init; } = new();

    /// <summary>
    /// What stays of an object, applied before it is kept: name, namespace, uid and resourceVersion must. A pod of some 10 KB becomes some
    /// hundred bytes where only its labels are asked for.
    /// </summary>
    public Func<T, T> Transform { get; init; } = static entity => entity;

    /// <summary>Named indexes: the values under which an object is found.</summary>
    public IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> Indexes { get; init; } = new Dictionary<string, Func<T, IEnumerable<string>>>();

    /// <summary>Told of every failure; the informer goes on by itself.</summary>
    public Action<KubeTrouble> Trouble { get; init; } = static _ => { };

    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time of one watch; jittered by up to as much again, so that not all end together.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><see cref="WatchOptions.Silence"/> of its watches.</summary>
    public TimeSpan WatchSilence { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Every object is told to the handlers again this often; null: never.</summary>
    public TimeSpan? ResyncPeriod { get; init; }
}
