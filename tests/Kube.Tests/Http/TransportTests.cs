using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Models;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Kube.Tests.Http;

public sealed class TransportTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private FakeApiServer _server = null!;

    public async Task InitializeAsync() => _server = await FakeApiServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private KubernetesClient Client(int retries = 5, int maxResponse = 1 << 20, KubernetesClientConfiguration? configuration = null) => new(
        configuration ?? new KubernetesClientConfiguration { Host = _server.Url, UseEnvironmentProxy = false },
        new KubernetesClientOptions { Time = _time, Random = new Random(1), MaxRetries = retries, RequestTimeout = TimeSpan.FromMinutes(10), MaxResponse = maxResponse });

    private static V1ConfigMap Map(string name) => new() { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" } };

    private static Task<V1Namespace?> GetAsync(KubernetesClient client) => client.GetAsync<V1Namespace>("default", null, CancellationToken.None);

    /// <summary>Moves the clock by what the client waits for until it is done; returns all of it. Its patience of ten minutes is no wait.</summary>
    private async Task<TimeSpan> PassAsync(Task work)
    {
        var start = _time.GetUtcNow();
        while (!work.IsCompleted)
        {
            if (_time.UntilNextTimer is { } due && due < TimeSpan.FromSeconds(31))
                _time.Advance(due);
            await Task.Yield();
        }
        return _time.GetUtcNow() - start;
    }

    [Fact]
    public async Task Server_that_is_busy_is_asked_again_when_it_said()
    {
        using var client = Client();
        _server.Faults.FailNext("POST /api/v1/namespaces/default/configmaps", new FakeApiException(429, "TooManyRequests", "busy", 7), times: 2);
        var creating = client.CreateAsync(Map("one"), CancellationToken.None);
        Assert.Equal(TimeSpan.FromSeconds(14), await PassAsync(creating));
        Assert.NotNull((await creating).Metadata!.Uid);
    }

    [Fact]
    public async Task Wait_that_a_server_asks_for_is_bounded()
    {
        using var client = Client();
        _server.Faults.FailNext("GET", new FakeApiException(503, "ServiceUnavailable", "later", 100_000));
        var getting = GetAsync(client);
        Assert.Equal(TimeSpan.FromSeconds(30), await PassAsync(getting));
        await getting;
    }

    [Fact]
    public async Task Request_that_only_reads_is_repeated_and_one_that_writes_is_not()
    {
        using var client = Client();
        _server.Faults.BreakNext("GET", times: 2);
        var getting = GetAsync(client);
        await PassAsync(getting);
        Assert.NotNull(await getting);

        _server.Faults.BreakNext("POST");
        var broken = await Assert.ThrowsAsync<KubeStatusException>(() => client.CreateAsync(Map("two"), CancellationToken.None));
        Assert.True(broken is { IsTransient: true, StatusCode: null });
        _server.Faults.FailNext("POST", new FakeApiException(500, "InternalError", "no"));
        Assert.True((await Assert.ThrowsAsync<KubeStatusException>(() => client.CreateAsync(Map("two"), CancellationToken.None))).IsTransient);
        Assert.Equal(2, _server.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Tries_come_to_an_end()
    {
        using var client = Client(retries: 2);
        _server.Faults.FailNext("GET", new FakeApiException(429, "TooManyRequests", "busy", 1), times: 10);
        var getting = GetAsync(client);
        await PassAsync(getting.ContinueWith(_ => { }, TaskScheduler.Default));
        Assert.Equal(429, (int)(await Assert.ThrowsAsync<KubeStatusException>(() => getting)).StatusCode!);
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task Nobody_there_is_transient_and_safe_to_repeat()
    {
        using var client = Client();
        await _server.StopAsync();
        var creating = client.CreateAsync(Map("one"), CancellationToken.None);
        while (_time.UntilNextTimer is not { } due || due > TimeSpan.FromSeconds(1))
            await Task.Yield();
        await _server.ResumeAsync();
        await PassAsync(creating);
        Assert.NotNull((await creating).Metadata!.Uid);
    }

    [Theory]
    [InlineData(502, "<html>bad gateway \u001b[31m</html>")]
    [InlineData(200, "<html>login here</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"kind":"Pod","apiVersion":"v1"}""")]
    [InlineData(200, """{"kind":"Namespace","metadata":{"creationTimestamp":"soon"}}""")]
    [InlineData(302, "")]
    [InlineData(403, """{"kind":"Status","message":7}""")]
    public async Task Answer_of_no_api_server_is_said_to_be_none(int status, string body)
    {
        using var client = Client(retries: 0);
        _server.Faults.AnswerNext("GET", status, body);
        var refused = await Assert.ThrowsAsync<KubeStatusException>(() => GetAsync(client));
        Assert.DoesNotContain('\u001b', refused.Message);
        Assert.Equal(status == 502, refused.IsTransient);
        // An answer that is no list is not taken for an empty one.
        _server.Faults.AnswerNext("GET", status, body);
        await Assert.ThrowsAsync<KubeStatusException>(() => client.ListAsync<V1Namespace>(new ListOptions(), CancellationToken.None));
    }

    [Fact]
    public async Task Answer_that_is_too_large_is_refused()
    {
        using var client = Client(maxResponse: 1000);
        var map = Map("large");
        map.Data = new Dictionary<string, string> { ["x"] = new('x', 2000) };
        _server.Store.Create(
            FakeKind.BuiltIn.Single(kind => kind.Kind is "ConfigMap"), "default", System.Text.Json.Nodes.JsonNode.Parse(new KubeJson().Write(map))!.AsObject(), "test");
        var refused = await Assert.ThrowsAsync<KubeStatusException>(() => client.GetAsync<V1ConfigMap>("large", "default", CancellationToken.None));
        Assert.Equal((StatusReasons.Unreadable, false), (refused.Status.Reason, refused.IsTransient));
    }

    [Fact]
    public async Task Server_that_never_answers_is_given_up()
    {
        using var client = Client(retries: 0);
        using var stuck = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        stuck.Start();
        using var toStuck = Client(0, configuration: new KubernetesClientConfiguration
        {
            Host = new Uri($"http://{stuck.LocalEndpoint}"),
            UseEnvironmentProxy = false,
        });
        var getting = GetAsync(toStuck);
        using var accepted = await stuck.AcceptTcpClientAsync();
        _time.Advance(TimeSpan.FromMinutes(10));
        var late = await Assert.ThrowsAsync<KubeStatusException>(() => getting);
        Assert.True(late is { IsTransient: true, Status.Reason: StatusReasons.Timeout });
    }

    [Fact]
    public async Task Token_file_is_read_for_every_request_and_outlives_its_removal()
    {
        using var folder = new TemporaryFolder(inMemory: true);
        using var client = Client(configuration: new KubernetesClientConfiguration { Host = _server.Url, UseEnvironmentProxy = false, TokenFile = folder["token"] });
        var missing = await Assert.ThrowsAsync<KubeStatusException>(() => GetAsync(client));
        Assert.Equal(StatusReasons.NoCredential, missing.Status.Reason);
        foreach (var token in new[] { "first", "second" })
        {
            File.WriteAllText(folder["token"], token + "\n");
            await GetAsync(client);
            Assert.Equal($"Bearer {token}", _server.LastHeaders["Authorization"]);
        }
        File.Delete(folder["token"]);
        await GetAsync(client);
        Assert.Equal("Bearer second", _server.LastHeaders["Authorization"]);
        File.WriteAllText(folder["token"], "two\r\nX-Remote-User: admin");
        await Assert.ThrowsAsync<KubeStatusException>(() => GetAsync(client));
    }

    [Fact]
    public async Task Impersonation_is_sent_or_nothing_is()
    {
        KubernetesClientConfiguration As(string user) => new()
        {
            Host = _server.Url,
            UseEnvironmentProxy = false,
            Impersonate = new Impersonation(user, "7", ["g1"], new Dictionary<string, IReadOnlyList<string>> { ["example.org/scope"] = ["a"] }),
        };
        using var client = Client(configuration: As("jane"));
        await GetAsync(client);
        Assert.Equal(("jane", "7", "g1", "a"), (
            _server.LastHeaders["Impersonate-User"], _server.LastHeaders["Impersonate-Uid"], _server.LastHeaders["Impersonate-Group"], _server.LastHeaders["Impersonate-Extra-example.org%2Fscope"]));
        var count = _server.Requests.Count;
        using var hostile = Client(configuration: As("jane\r\nX: y"));
        await Assert.ThrowsAsync<KubeStatusException>(() => GetAsync(hostile));
        Assert.Equal(count, _server.Requests.Count);
    }
}
