using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Http;
using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube;

/// <summary>The client over HTTP. One for a program; it owns its connections.</summary>
public sealed class KubernetesClient : IKubernetesClient, IDisposable
{
    private readonly KubernetesClientOptions _options;
    private readonly KubeTransport _transport;

    public KubernetesClient(KubernetesClientConfiguration configuration, KubernetesClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _options = options ?? new KubernetesClientOptions();
        _transport = new KubeTransport(configuration, _options);
    }

    internal KubernetesClientOptions Options => _options;

    public async Task<T?> GetAsync<T>(string name, string? namespaceName, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return await ObjectAsync<T>(new KubeRequest(HttpMethod.Get, EntityInfo.Of<T>().Item(name, namespaceName)), cancellationToken);
        }
        catch (KubeStatusException refused) when (refused.IsNotFound)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var all = new List<T>();
        string? next = null;
        do
        {
            var page = await ListPageAsync<T>(options, next, cancellationToken);
            all.AddRange(page.Items);
            next = page.Continue;
        }
        while (next is not null);
        return all;
    }

    public Task<ListPage<T>> ListPageAsync<T>(ListOptions options, string? continueFrom, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => ListPageAsync(options, continueFrom, static (T item) => item, cancellationToken);

    /// <summary>A page whose objects are trimmed one by one as they are read: of a large page only what stays is held.</summary>
    internal async Task<ListPage<T>> ListPageAsync<T>(
        ListOptions options, string? continueFrom, Func<T, T> transform, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(options);
        var info = EntityInfo.Of<T>();
        var query = new QueryText(info.Collection(options.Namespace))
            .With("labelSelector", options.LabelSelector)
            .With("fieldSelector", options.FieldSelector)
            .With("limit", options.PageSize > 0 ? options.PageSize.ToString(CultureInfo.InvariantCulture) : null)
            .With("continue", continueFrom);
        using var body = await BodyAsync(new KubeRequest(HttpMethod.Get, query.ToString()), cancellationToken);
        return Parsed(() => ListReader.Read(body.Memory.Span, info, _options.Json, transform));
    }

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(options);
        await using var watch = new WatchStream<T>(_transport, _options, options);
        await watch.OpenAsync(cancellationToken);
        while (await watch.NextAsync(cancellationToken) is { } next)
            yield return next;
    }

    public Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(entity);
        var info = EntityInfo.Of<T>();
        var space = entity.Metadata?.NamespaceProperty;
        if (info.IsNamespaced && string.IsNullOrEmpty(space))
            throw new ArgumentException($"a {info.Kind} lies in a namespace and needs one", nameof(entity));
        return WriteAsync(HttpMethod.Post, info.Collection(string.IsNullOrEmpty(space) ? null : space), entity, cancellationToken);
    }

    public Task<T> UpdateAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => ReplaceAsync(entity, subresource: null, cancellationToken);

    public Task<T> UpdateStatusAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> => ReplaceAsync(entity, "status", cancellationToken);

    public Task<T> PatchAsync<T>(string name, string? namespaceName, V1Patch patch, PatchOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(patch);
        ArgumentNullException.ThrowIfNull(options);
        if (patch.Type == PatchType.ApplyPatch && string.IsNullOrEmpty(options.FieldManager))
            throw new ArgumentException("server-side apply needs a field manager", nameof(options));
        var query = new QueryText(EntityInfo.Of<T>().Item(name, namespaceName, options.Subresource))
            .With("fieldManager", options.FieldManager)
            // Anything else than apply must not carry it.
            .With("force", patch.Type == PatchType.ApplyPatch && options.Force ? "true" : null)
            .With("dryRun", options.DryRun ? "All" : null);
        return ObjectAsync<T>(
            new KubeRequest(HttpMethod.Patch, query.ToString()) { Body = JsonText.Write(patch.Content), ContentType = patch.ContentType }, cancellationToken);
    }

    public Task<T> ApplyAsync<T>(T entity, PatchOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(entity);
        var content = JsonSerializer.SerializeToNode(entity, _options.Json.TypeInfo<T>())!;
        return PatchAsync<T>(entity.Metadata?.Name ?? "", entity.Metadata?.NamespaceProperty, new V1Patch(content, PatchType.ApplyPatch), options, cancellationToken);
    }

    public async Task<bool> DeleteAsync<T>(string name, string? namespaceName, string? uid, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var options = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        if (uid is not null)
            options["preconditions"] = new JsonObject { ["uid"] = uid };
        try
        {
            using var body = await BodyAsync(
                new KubeRequest(HttpMethod.Delete, EntityInfo.Of<T>().Item(name, namespaceName)) { Body = JsonText.Write(options) }, cancellationToken);
            return true;
        }
        catch (KubeStatusException refused) when (refused.IsNotFound)
        {
            return false;
        }
    }

    public async Task<JsonNode?> RequestAsync(HttpMethod method, string pathAndQuery, JsonNode? body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pathAndQuery);
        if (!pathAndQuery.StartsWith('/') || pathAndQuery.StartsWith("//", StringComparison.Ordinal))
            throw new ArgumentException("must be a path from the root", nameof(pathAndQuery));
        using var answer = await BodyAsync(
            new KubeRequest(method, pathAndQuery) { Body = body is null ? default : JsonText.Write(body) }, cancellationToken);
        return Parsed(() => JsonNode.Parse(answer.Memory.Span, documentOptions: new JsonDocumentOptions { MaxDepth = _options.Json.Options.MaxDepth }));
    }

    public void Dispose() => _transport.Dispose();

    private Task<T> ReplaceAsync<T>(T entity, string? subresource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(entity);
        var info = EntityInfo.Of<T>();
        if (info.IsPartial)
            throw new InvalidOperationException($"{typeof(T).Name} has not every field of a {info.Kind}, a replace would delete the others: patch it");
        return WriteAsync(HttpMethod.Put, info.Item(entity.Metadata?.Name ?? "", entity.Metadata?.NamespaceProperty, subresource), entity, cancellationToken);
    }

    private Task<T> WriteAsync<T>(HttpMethod method, string path, T entity, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        ObjectAsync<T>(new KubeRequest(method, path) { Body = _options.Json.Write(entity) }, cancellationToken);

    private async Task<T> ObjectAsync<T>(KubeRequest request, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        using var body = await BodyAsync(request, cancellationToken);
        var entity = Parsed(() => JsonSerializer.Deserialize(body.Memory.Span, _options.Json.TypeInfo<T>()));
        // A kind that is not said is the model's own; an object without metadata is none.
        return entity?.Metadata is not null && entity.Kind == EntityInfo.Of<T>().Kind ? entity
            : throw KubeTransport.Failure(StatusReasons.Unreadable, $"the answer is no {EntityInfo.Of<T>().Kind}");
    }

    private async Task<BoundedBody> BodyAsync(KubeRequest request, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.RequestTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await _transport.SendAsync(request, either.Token);
            return await BoundedBody.ReadAsync(response.Content, _options.MaxResponse, either.Token);
        }
        catch (OperationCanceledException late) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw KubeTransport.Failure(StatusReasons.Timeout, $"no answer within {_options.RequestTimeout.TotalSeconds:0} s", late);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw _transport.Unreachable(broken);
        }
    }

    private static TResult Parsed<TResult>(Func<TResult> read)
    {
        try
        {
            return read();
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or InvalidOperationException)
        {
            throw KubeTransport.Failure(StatusReasons.Unreadable, "the answer is not what the API says", unreadable);
        }
    }
}
