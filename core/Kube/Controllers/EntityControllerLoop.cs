using System.Collections.Concurrent;
using K8sRecorder.Kube.Informers;
using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Controllers;

/// <summary>
/// Calls a controller for every object of an informer that is new, changed or gone: by key, so that many changes are one call. It may be run
/// again after it ended, as a leader is that is elected again; every run begins with all objects.
/// </summary>
public sealed class EntityControllerLoop<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly IInformer<T> _informer;
    private readonly IEntityController<T> _controller;
    private readonly EntityControllerOptions _options;
    private readonly ConcurrentDictionary<NamespacedName, T> _gone = new();
    private volatile RateLimitedWork<NamespacedName>? _queue;

    public EntityControllerLoop(IInformer<T> informer, IEntityController<T> controller, EntityControllerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(informer);
        _informer = informer;
        _controller = controller;
        _options = options ?? new EntityControllerOptions();
        informer.Subscribe(Changed);
    }

    /// <summary>Work on this one, whether it changed or not: something that it depends on did.</summary>
    public void Enqueue(NamespacedName key) => _queue?.Add(key);

    /// <summary>Waits for the informer, then works until it is cancelled; every call that began has ended when this does.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var queue = new RateLimitedWork<NamespacedName>(_options.Queue);
        try
        {
            await _informer.WaitForSyncAsync(cancellationToken);
            _queue = queue;
            foreach (var entity in _informer.List())
                queue.Add(NamespacedName.Of(entity));
            foreach (var key in _gone.Keys)
                queue.Add(key);
            await Task.WhenAll(Enumerable.Range(0, _options.Workers).Select(_ => WorkAsync(queue, cancellationToken)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // As asked.
        }
        finally
        {
            _queue = null;
        }
    }

    private void Changed(InformerEvent<T> change)
    {
        var key = NamespacedName.Of(change.Entity);
        // While nobody works, what goes is the next run's: it is bounded by what was there.
        if (change.Type == InformerEventType.Deleted)
            _gone[key] = change.Entity;
        _queue?.Add(key);
    }

    private async Task WorkAsync(RateLimitedWork<NamespacedName> queue, CancellationToken cancellationToken)
    {
        while (await queue.GetAsync(cancellationToken) is (true, var key))
        {
            try
            {
                await WorkOnAsync(queue, key, cancellationToken);
            }
            finally
            {
                queue.Done(key);
            }
        }
    }

    private async Task WorkOnAsync(RateLimitedWork<NamespacedName> queue, NamespacedName key, CancellationToken cancellationToken)
    {
        try
        {
            if (_gone.TryGetValue(key, out var gone))
            {
                if (!Settle(queue, key, await _controller.DeletedAsync(gone, cancellationToken)))
                    return;
                // Unless it went once more meanwhile.
                _gone.TryRemove(new KeyValuePair<NamespacedName, T>(key, gone));
            }
            if (_informer.Find(key) is { } entity)
                Settle(queue, key, await _controller.ReconcileAsync(entity, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Failed(queue, key, failure, null);
        }
    }

    private bool Settle(RateLimitedWork<NamespacedName> queue, NamespacedName key, ReconciliationResult<T> result)
    {
        if (!result.IsSuccess)
        {
            Failed(queue, key, result.Error ?? new InvalidOperationException(result.ErrorMessage), result.RequeueAfter);
            return false;
        }
        queue.Forget(key);
        if (result.RequeueAfter is { } wait)
            queue.AddAfter(key, wait);
        return true;
    }

    private void Failed(RateLimitedWork<NamespacedName> queue, NamespacedName key, Exception failure, TimeSpan? wait)
    {
        if (wait is { } asked)
            queue.AddAfter(key, asked);
        else
            wait = queue.AddRateLimited(key);
        _options.Trouble(new KubeTrouble($"reconcile {typeof(T).Name} {key}", failure, wait.Value));
    }
}
