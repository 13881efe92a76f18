using System.Threading.Channels;
using K8sRecorder.Kube.Controllers;
using K8sRecorder.Kube.Informers;
using K8sRecorder.Kube.Models;
using K8sRecorder.Testing;

namespace K8sRecorder.Kube.Tests.Controllers;

public sealed class EntityControllerLoopTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly FakeInformer _informer = new();
    private readonly Channel<string> _calls = Channel.CreateUnbounded<string>();
    private readonly Channel<KubeTrouble> _troubles = Channel.CreateUnbounded<KubeTrouble>();
    private readonly CancellationTokenSource _stop = new();
    private readonly EntityControllerLoop<V1ConfigMap> _loop;
    private Func<string, Task> _behaviour = _ => Task.CompletedTask;
    private TimeSpan? _requeueAfter;
    private Task _running = Task.CompletedTask;

    public EntityControllerLoopTests() => _loop = new EntityControllerLoop<V1ConfigMap>(_informer, new Controller(this), new EntityControllerOptions
    {
        Queue = new RateLimitedWorkOptions { Time = _time, FirstRetry = TimeSpan.FromSeconds(1) },
        Trouble = trouble => _troubles.Writer.TryWrite(trouble),
    });

    private void Run() => _running = _loop.RunAsync(_stop.Token);

    private async Task CalledAsync(params string[] expected)
    {
        foreach (var call in expected)
            Assert.Equal(call, await _calls.Reader.ReadAsync());
    }

    [Fact]
    public async Task Every_object_is_reconciled_at_the_start_when_it_changes_and_when_it_is_asked_for()
    {
        _informer.Put("a", "u1");
        Run();
        await CalledAsync("reconcile a u1");
        _informer.Put("b", "u2");
        await CalledAsync("reconcile b u2");
        _loop.Enqueue(new NamespacedName("default", "a"));
        await CalledAsync("reconcile a u1");
        _informer.Remove("b");
        await CalledAsync("deleted b u2");
    }

    [Fact]
    public async Task Failure_is_told_and_tried_again_later_each_time()
    {
        var failures = 2;
        _behaviour = _ => failures-- > 0 ? throw new InvalidOperationException("no") : Task.CompletedTask;
        Run();
        _informer.Put("a", "u1");
        await CalledAsync("reconcile a u1");
        Assert.Equal(TimeSpan.FromSeconds(1), (await _troubles.Reader.ReadAsync()).RetryIn);
        _time.Advance(TimeSpan.FromSeconds(1));
        await CalledAsync("reconcile a u1");
        Assert.Equal(TimeSpan.FromSeconds(2), (await _troubles.Reader.ReadAsync()).RetryIn);
        _time.Advance(TimeSpan.FromSeconds(2));
        await CalledAsync("reconcile a u1");
        Assert.False(_troubles.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Result_says_when_to_come_again()
    {
        _requeueAfter = TimeSpan.FromMinutes(1);
        Run();
        _informer.Put("a", "u1");
        await CalledAsync("reconcile a u1");
        while (_time.UntilNextTimer is null)
            await Task.Yield();
        _time.Advance(TimeSpan.FromMinutes(1));
        await CalledAsync("reconcile a u1");
    }

    [Fact]
    public async Task Changes_while_it_works_are_one_more_call_and_another_of_the_name_is_two()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _behaviour = _ => go.Task;
        Run();
        _informer.Put("a", "u1");
        await CalledAsync("reconcile a u1");
        for (var i = 0; i < 5; i++)
            _informer.Put("a", "u1");
        _informer.Remove("a");
        _informer.Put("a", "u2");
        go.SetResult();
        await CalledAsync("deleted a u1", "reconcile a u2");
        Assert.False(_calls.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Deletion_that_fails_is_tried_again_before_anything_else()
    {
        var failures = 1;
        _behaviour = call => call.StartsWith("deleted", StringComparison.Ordinal) && failures-- > 0 ? throw new InvalidOperationException("no") : Task.CompletedTask;
        _informer.Put("a", "u1");
        Run();
        await CalledAsync("reconcile a u1");
        _informer.Remove("a");
        await CalledAsync("deleted a u1");
        await _troubles.Reader.ReadAsync();
        _informer.Put("a", "u2");
        await CalledAsync("deleted a u1", "reconcile a u2");
    }

    [Fact]
    public async Task Next_run_does_what_came_between()
    {
        _informer.Put("a", "u1");
        Run();
        await CalledAsync("reconcile a u1");
        await _stop.CancelAsync();
        await _running;
        _informer.Remove("a");
        _informer.Put("b", "u2");
        using var stop = new CancellationTokenSource();
        var again = _loop.RunAsync(stop.Token);
        Assert.Equal(["deleted a u1", "reconcile b u2"], new[] { await _calls.Reader.ReadAsync(), await _calls.Reader.ReadAsync() }.Order());
        await stop.CancelAsync();
        await again;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private sealed class Controller(EntityControllerLoopTests test) : IEntityController<V1ConfigMap>
    {
        public Task<ReconciliationResult<V1ConfigMap>> ReconcileAsync(V1ConfigMap entity, CancellationToken cancellationToken) => CallAsync("reconcile", entity);

        public Task<ReconciliationResult<V1ConfigMap>> DeletedAsync(V1ConfigMap entity, CancellationToken cancellationToken) => CallAsync("deleted", entity);

        private async Task<ReconciliationResult<V1ConfigMap>> CallAsync(string what, V1ConfigMap entity)
        {
            var call = $"{what} {entity.Metadata!.Name} {entity.Metadata.Uid}";
            test._calls.Writer.TryWrite(call);
            await test._behaviour(call);
            return ReconciliationResult<V1ConfigMap>.Success(entity, test._requeueAfter);
        }
    }

    private sealed class FakeInformer : IInformer<V1ConfigMap>
    {
        private readonly Dictionary<string, V1ConfigMap> _maps = [];
        private Action<InformerEvent<V1ConfigMap>> _handler = _ => { };

        public bool HasSynced => true;

        public int Count => _maps.Count;

        public DateTimeOffset? LastContact => null;

        public V1ConfigMap? Find(NamespacedName key)
        {
            lock (_maps)
                return _maps.GetValueOrDefault(key.Name);
        }

        public IReadOnlyList<V1ConfigMap> List()
        {
            lock (_maps)
                return [.. _maps.Values];
        }

        public IReadOnlyList<V1ConfigMap> ByIndex(string index, string value) => [];

        public void Subscribe(Action<InformerEvent<V1ConfigMap>> handler) => _handler += handler;

        public Task WaitForSyncAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Put(string name, string uid)
        {
            var map = new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Uid = uid } };
            lock (_maps)
                _maps[name] = map;
            _handler(new InformerEvent<V1ConfigMap>(InformerEventType.Updated, map, null));
        }

        public void Remove(string name)
        {
            V1ConfigMap? map;
            lock (_maps)
                _maps.Remove(name, out map);
            _handler(new InformerEvent<V1ConfigMap>(InformerEventType.Deleted, map!, map));
        }
    }
}
