using K8sRecorder.Kube.Http;
using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Informers;

/// <summary>
/// Lists, then watches from where the list ended, and again whatever happens: an ended, broken or silent watch goes on from the last version
/// seen; a version that is gone, garbage, and a watch that fails three times over mean another list, from which what was deleted meanwhile is
/// told. All state is changed by the loop of <see cref="RunAsync"/> alone.
/// </summary>
public sealed class Informer<T> : IInformer<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private const int FailuresBeforeList = 3;
    private static readonly TimeSpan ShortestWatch = TimeSpan.FromSeconds(1);

    private readonly KubernetesClient _client;
    private readonly KubernetesClientOptions _clientOptions;
    private readonly InformerOptions<T> _options;
    private readonly ObjectCache<T> _cache;
    private readonly Lock _handlersLock = new();
    private readonly List<Action<InformerEvent<T>>> _handlers = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Backoff _backoff;
    private long _lastContactTicks;
    private string? _version;
    private DateTimeOffset _nextResync;

    public Informer(KubernetesClient client, InformerOptions<T>? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _clientOptions = client.Options;
        _options = options ?? new InformerOptions<T>();
        _cache = new ObjectCache<T>(_options.Indexes);
        _backoff = new Backoff(_options.FirstRetry, _options.LongestRetry, _clientOptions);
    }

    public bool HasSynced => _synced.Task.IsCompletedSuccessfully;

    public int Count => _cache.Count;

    public DateTimeOffset? LastContact => Interlocked.Read(ref _lastContactTicks) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    private TimeProvider Time => _clientOptions.Time;

    public T? Find(NamespacedName key) => _cache.Get(key);

    public IReadOnlyList<T> List() => _cache.List();

    public IReadOnlyList<T> ByIndex(string index, string value) => _cache.ByIndex(index, value);

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _synced.Task.WaitAsync(cancellationToken);

    public void Subscribe(Action<InformerEvent<T>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        // Under the lock that every change is told under: nothing is told twice or never.
        lock (_handlersLock)
        {
            foreach (var entity in _cache.List())
                Tell(handler, new InformerEvent<T>(InformerEventType.Added, entity, null));
            _handlers.Add(handler);
        }
    }

    /// <summary>Runs until it is cancelled; run it once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    if (_version is null)
                        await ListAsync(cancellationToken);
                    await WatchAsync(cancellationToken);
                    _backoff.Succeeded();
                }
                catch (KubeStatusException failure)
                {
                    await WaitAsync(failure, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _synced.TrySetCanceled(cancellationToken);
        }
    }

    private async Task WaitAsync(KubeStatusException failure, CancellationToken cancellationToken)
    {
        var wait = _backoff.Next(failure);
        // Gone is no failure of the server, and nothing to wait for unless it comes again and again.
        if (failure.IsGone && _backoff.Failures == 1)
            wait = TimeSpan.Zero;
        if (failure.IsGone || !failure.IsTransient || _backoff.Failures % FailuresBeforeList == 0)
            _version = null;
        _options.Trouble(new KubeTrouble($"{(_version is null ? "list" : "watch")} of {EntityInfo.Of<T>().Plural}", failure, wait));
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, Time, cancellationToken);
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var seen = new HashSet<NamespacedName>();
        string? next = null;
        string version;
        do
        {
            var page = await _client.ListPageAsync(_options.Select, next, _options.Transform, cancellationToken);
            Heard();
            // As they come: what is listed now is at least as new as what is held, for nothing else changes it meanwhile.
            foreach (var entity in page.Items)
            {
                seen.Add(NamespacedName.Of(entity));
                Keep(entity);
            }
            (next, version) = (page.Continue, page.ResourceVersion);
        }
        while (next is not null);
        foreach (var key in _cache.KeysBeside(seen))
            Forget(key, last: null);
        _version = version;
        if (_options.ResyncPeriod is { } period)
            _nextResync = Time.GetUtcNow() + period;
        _synced.TrySetResult();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var watch = new WatchOptions
        {
            Namespace = _options.Select.Namespace,
            LabelSelector = _options.Select.LabelSelector,
            FieldSelector = _options.Select.FieldSelector,
            ResourceVersion = _version,
            Timeout = _options.WatchTimeout * (1 + _clientOptions.NextJitter()),
            Silence = _options.WatchSilence,
        };
        var begun = Time.GetTimestamp();
        var isEmpty = true;
        await foreach (var next in _client.WatchAsync<T>(watch, cancellationToken))
        {
            isEmpty = false;
            Heard();
            _backoff.Succeeded();
            if (next.Entity is { } entity && next.Type == WatchEventType.Deleted)
                Forget(NamespacedName.Of(entity), _options.Transform(entity));
            else if (next.Entity is { } changed)
                Keep(_options.Transform(changed));
            _version = next.ResourceVersion;
            ResyncIfDue();
        }
        Heard();
        ResyncIfDue();
        // A server that ends every watch at once would be asked as fast as it answers.
        if (isEmpty && Time.GetElapsedTime(begun) < ShortestWatch)
            throw KubeTransport.Failure(StatusReasons.Unreachable, "the server ended the watch at once");
    }

    private void Keep(T entity)
    {
        var key = NamespacedName.Of(entity);
        lock (_handlersLock)
        {
            var held = _cache.Get(key);
            if (held is not null && held.Metadata!.Uid == entity.Metadata!.Uid && held.Metadata.ResourceVersion == entity.Metadata.ResourceVersion)
                return;
            // Another of the same name: the one that was is told as gone, or its handlers would take the two for one.
            if (held is not null && held.Metadata!.Uid != entity.Metadata!.Uid)
            {
                _cache.Remove(key);
                TellAll(new InformerEvent<T>(InformerEventType.Deleted, held, held));
                held = null;
            }
            _cache.Set(key, entity);
            TellAll(new InformerEvent<T>(held is null ? InformerEventType.Added : InformerEventType.Updated, entity, held));
        }
    }

    private void Forget(NamespacedName key, T? last)
    {
        lock (_handlersLock)
        {
            if (_cache.Remove(key) is { } held)
                TellAll(new InformerEvent<T>(InformerEventType.Deleted, last ?? held, held));
        }
    }

    private void ResyncIfDue()
    {
        if (_options.ResyncPeriod is not { } period || Time.GetUtcNow() < _nextResync)
            return;
        _nextResync = Time.GetUtcNow() + period;
        lock (_handlersLock)
            foreach (var entity in _cache.List())
                TellAll(new InformerEvent<T>(InformerEventType.Resynced, entity, entity));
    }

    private void TellAll(InformerEvent<T> change)
    {
        foreach (var handler in _handlers)
            Tell(handler, change);
    }

    /// <summary>A handler that fails is told of; the objects go on.</summary>
    private void Tell(Action<InformerEvent<T>> handler, InformerEvent<T> change)
    {
        try
        {
            handler(change);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _options.Trouble(new KubeTrouble($"a handler of {EntityInfo.Of<T>().Plural}", failure, TimeSpan.Zero));
        }
    }

    private void Heard() => Interlocked.Exchange(ref _lastContactTicks, Time.GetUtcNow().UtcTicks);
}
