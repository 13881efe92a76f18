using System.Text.Json.Nodes;
using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube;

/// <summary>
/// The API server. Every call throws <see cref="KubeStatusException"/> where it says no or cannot be asked; where a kind lies in
/// namespaces, an object of it needs one. Safe for many at once.
/// </summary>
public interface IKubernetesClient
{
    /// <summary>The object; null where there is none.</summary>
    Task<T?> GetAsync<T>(string name, string? namespaceName, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>All objects that <paramref name="options"/> mean, page by page. For what is asked for again and again there are informers.</summary>
    Task<IReadOnlyList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>One page; <paramref name="continueFrom"/> is the page's before, null for the first.</summary>
    Task<ListPage<T>> ListPageAsync<T>(ListOptions options, string? continueFrom, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// What happens, until the server ends the watch. An error event, garbage and silence are thrown: <see cref="KubeStatusException.IsGone"/>
    /// means list again, <see cref="KubeStatusException.IsTransient"/> go on from the last version.
    /// </summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Creates it; returns it as the server keeps it. Reviews are made so as well.</summary>
    Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces it; with a <c>resourceVersion</c> only if nobody else did since.</summary>
    /// <exception cref="InvalidOperationException">The model has not every field (<see cref="PartialEntityAttribute"/>).</exception>
    Task<T> UpdateAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces its status alone, likewise.</summary>
    Task<T> UpdateStatusAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Changes it; returns it as it is then.</summary>
    Task<T> PatchAsync<T>(string name, string? namespaceName, V1Patch patch, PatchOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Server-side apply of what <paramref name="entity"/> sets; creates it where it is not.</summary>
    Task<T> ApplyAsync<T>(T entity, PatchOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Deletes it; false where there is none. With a uid only that one, never another of the same name.</summary>
    Task<bool> DeleteAsync<T>(string name, string? namespaceName, string? uid, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Any path and any JSON, for what has no model: discovery, versions, subresources.</summary>
    Task<JsonNode?> RequestAsync(HttpMethod method, string pathAndQuery, JsonNode? body, CancellationToken cancellationToken);
}
