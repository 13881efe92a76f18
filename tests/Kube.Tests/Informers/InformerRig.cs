using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Informers;
using K8sRecorder.Kube.Models;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Kube.Tests.Informers;

/// <summary>An informer of config maps over a fake, a clock that a test moves, and all that its handler was told.</summary>
internal sealed class InformerRig : IAsyncDisposable
{
    private static readonly FakeKind Maps = FakeKind.BuiltIn.Single(kind => kind.Kind is "ConfigMap");
    private readonly CancellationTokenSource _stop = new();
    private readonly KubernetesClient _client;
    private readonly Lock _lock = new();
    private readonly List<string> _told = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;

    private InformerRig(FakeApiServer server, InformerOptions<V1ConfigMap> options)
    {
        Server = server;
        _client = new KubernetesClient(
            new KubernetesClientConfiguration { Host = server.Url, UseEnvironmentProxy = false },
            new KubernetesClientOptions { Time = Time, Random = new Random(1), MaxRetries = 0 });
        Informer = new Informer<V1ConfigMap>(_client, new InformerOptions<V1ConfigMap>
        {
            Select = options.Select,
            Transform = options.Transform,
            Indexes = options.Indexes,
            ResyncPeriod = options.ResyncPeriod,
            Trouble = trouble =>
            {
                Troubles.Enqueue(trouble);
                Note("!");
            },
        });
        Informer.Subscribe(change => Note($"{change.Type} {change.Entity.Metadata!.Name} {change.Entity.Data?.Values.FirstOrDefault()}".TrimEnd()));
    }

    public ManualTime Time { get; } = new();

    public FakeApiServer Server { get; }

    public Informer<V1ConfigMap> Informer { get; }

    public ConcurrentQueue<KubeTrouble> Troubles { get; } = new();

    public static async Task<InformerRig> StartAsync(InformerOptions<V1ConfigMap>? options = null, Action<FakeApiServer>? before = null)
    {
        var server = await FakeApiServer.StartAsync();
        before?.Invoke(server);
        var rig = new InformerRig(server, options ?? new InformerOptions<V1ConfigMap>());
        rig._running = rig.Informer.RunAsync(rig._stop.Token);
        return rig;
    }

    public static void Put(FakeApiServer server, string name, string value)
    {
        var map = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = value } },
            ["data"] = new JsonObject { ["v"] = value },
        };
        try
        {
            server.Store.Create(Maps, "default", map, "test");
        }
        catch (FakeApiException)
        {
            server.Store.Replace(Maps, "default", name, map, null, "test");
        }
    }

    public static void Delete(FakeApiServer server, string name) => server.Store.Delete(Maps, "default", name, null);

    public void Put(string name, string value) => Put(Server, name, value);

    public void Delete(string name) => Delete(Server, name);

    /// <summary>Waits, without the clock, until exactly this was told since the last call; troubles are not counted.</summary>
    public async Task ToldAsync(params string[] expected)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                var told = _told.Where(line => line is not "!").ToArray();
                if (told.Length >= expected.Length)
                {
                    Assert.Equal(expected, told);
                    _told.Clear();
                    return;
                }
                more = _more.Task;
            }
            await more;
        }
    }

    /// <summary>Waits until there were that many troubles in all.</summary>
    public async Task TroublesAsync(int count)
    {
        while (true)
        {
            Task more;
            lock (_lock)
                more = _more.Task;
            if (Troubles.Count >= count)
                return;
            await more;
        }
    }

    /// <summary>Moves the clock over the informer's waits, which are of half a minute at most, until the work is done.</summary>
    public async Task PassAsync(Task until)
    {
        while (!until.IsCompleted)
        {
            if (Time.UntilNextTimer is { } due && due <= TimeSpan.FromSeconds(46))
                Time.Advance(due);
            await Task.Yield();
        }
        await until;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Server.DisposeAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private void Note(string what)
    {
        TaskCompletionSource told;
        lock (_lock)
        {
            _told.Add(what);
            told = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        told.SetResult();
    }
}
