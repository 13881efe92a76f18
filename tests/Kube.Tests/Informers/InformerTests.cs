using K8sRecorder.Kube.Informers;
using K8sRecorder.Kube.Models;
using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Kube.Tests.Informers;

public sealed class InformerTests
{
    private static int Lists(InformerRig rig) => rig.Server.Requests.Count(request => request.Contains("limit=", StringComparison.Ordinal));

    private static int Watches(InformerRig rig) => rig.Server.Requests.Count(request => request.Contains("watch=", StringComparison.Ordinal));

    private static async Task<InformerRig> WatchingAsync()
    {
        var rig = await InformerRig.StartAsync(before: server => InformerRig.Put(server, "a", "1"));
        await rig.Informer.WaitForSyncAsync(CancellationToken.None);
        await rig.ToldAsync("Added a 1");
        await rig.Server.Faults.WatchesAsync(1);
        return rig;
    }

    [Fact]
    public async Task Objects_are_listed_then_followed()
    {
        await using var rig = await WatchingAsync();
        rig.Put("b", "1");
        rig.Put("a", "2");
        rig.Delete("b");
        await rig.ToldAsync("Added b 1", "Updated a 2", "Deleted b 1");
        Assert.True(rig.Informer.HasSynced);
        Assert.Equal(["a"], rig.Informer.List().Select(map => map.Metadata!.Name));
        Assert.Equal("2", rig.Informer.Find(new NamespacedName("default", "a"))!.Data!["v"]);
        Assert.Equal((1, 1), (Lists(rig), Watches(rig)));
    }

    [Fact]
    public async Task Pages_are_one_list()
    {
        await using var rig = await InformerRig.StartAsync(
            new InformerOptions<V1ConfigMap> { Select = new ListOptions { PageSize = 2 } },
            server => Array.ForEach(["a", "b", "c", "d", "e"], name => InformerRig.Put(server, name, "1")));
        await rig.ToldAsync("Added a 1", "Added b 1", "Added c 1", "Added d 1", "Added e 1");
        Assert.Equal(3, Lists(rig));
    }

    [Fact]
    public async Task Pages_that_expire_halfway_are_listed_anew()
    {
        await using var rig = await InformerRig.StartAsync(
            new InformerOptions<V1ConfigMap> { Select = new ListOptions { PageSize = 2 } },
            server =>
            {
                Array.ForEach(["a", "b", "c"], name => InformerRig.Put(server, name, "1"));
                server.Faults.FailNext("continue=", FakeApiException.Expired());
            });
        await rig.ToldAsync("Added a 1", "Added b 1", "Added c 1");
        await rig.Informer.WaitForSyncAsync(CancellationToken.None);
        Assert.Equal(4, Lists(rig));
    }

    [Fact]
    public async Task Watch_that_ends_or_breaks_goes_on_where_it_was()
    {
        await using var rig = await WatchingAsync();
        rig.Put("b", "1");
        await rig.ToldAsync("Added b 1");
        rig.Server.Faults.EndWatches();
        rig.Put("c", "1");
        await rig.PassAsync(rig.ToldAsync("Added c 1"));

        rig.Server.Faults.DropWatches();
        rig.Put("c", "2");
        rig.Delete("b");
        await rig.PassAsync(rig.ToldAsync("Updated c 2", "Deleted b 1"));
        Assert.Equal(1, Lists(rig));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Version_that_is_gone_means_another_list_and_what_went_meanwhile_is_told(bool asStatus)
    {
        await using var rig = await WatchingAsync();
        rig.Put("b", "1");
        await rig.ToldAsync("Added b 1");
        rig.Server.Faults.IsGoneAsStatus = asStatus;
        await rig.Server.StopAsync();
        rig.Delete("a");
        rig.Put("b", "2");
        rig.Put("c", "1");
        rig.Server.Store.Compact();
        await rig.Server.ResumeAsync();

        await rig.PassAsync(rig.ToldAsync("Updated b 2", "Added c 1", "Deleted a 1"));
        Assert.Equal(2, Lists(rig));
        Assert.Contains(rig.Troubles, trouble => trouble.Exception is KubeStatusException { IsGone: true });
    }

    [Fact]
    public async Task Another_of_the_same_name_is_told_as_another()
    {
        await using var rig = await WatchingAsync();
        await rig.Server.StopAsync();
        rig.Delete("a");
        rig.Put("a", "1");
        rig.Server.Store.Compact();
        await rig.Server.ResumeAsync();
        await rig.PassAsync(rig.ToldAsync("Deleted a 1", "Added a 1"));
    }

    [Fact]
    public async Task Server_that_is_down_at_the_start_is_waited_for()
    {
        await using var rig = await InformerRig.StartAsync(before: server => server.Faults.FailNext("GET", new FakeApiException(503, "ServiceUnavailable", "starting"), times: 5));
        await rig.PassAsync(rig.Informer.WaitForSyncAsync(CancellationToken.None));
        var waits = rig.Troubles.Select(trouble => trouble.RetryIn).ToList();
        Assert.Equal(5, waits.Count);
        // Doubled each time, and half as much again at most.
        for (var i = 0; i < waits.Count; i++)
            Assert.InRange(waits[i].TotalSeconds, 0.5 * (1 << i), 0.75 * (1 << i));
    }

    [Theory]
    [InlineData("not json\n")]
    [InlineData("{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"ConfigMap\",\"metadata\":{}}}\n")]
    [InlineData("{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":400,\"reason\":\"BadRequest\"}}\n")]
    public async Task Garbage_means_another_list(string line)
    {
        await using var rig = await WatchingAsync();
        rig.Server.Faults.WriteToWatches(line);
        await rig.TroublesAsync(1);
        rig.Put("b", "1");
        await rig.PassAsync(rig.ToldAsync("Added b 1"));
        Assert.Equal(2, Lists(rig));
        Assert.Equal(["a", "b"], rig.Informer.List().Select(map => map.Metadata!.Name!).Order());
    }

    [Fact]
    public async Task Watch_that_falls_silent_is_begun_again_where_it_was()
    {
        await using var rig = await WatchingAsync();
        rig.Server.Faults.SilenceWatches();
        rig.Put("b", "1");
        var told = rig.ToldAsync("Added b 1");
        // The three minutes of the silent watch, once it is one and no request any more; of the next one none may pass.
        while (rig.Time.UntilNextTimer is not { } due || due <= TimeSpan.FromMinutes(1))
            await Task.Yield();
        rig.Time.Advance(TimeSpan.FromMinutes(3));
        await rig.PassAsync(told);
        Assert.Equal(1, Lists(rig));
        Assert.Contains(rig.Troubles, trouble => trouble.Exception is KubeStatusException { Status.Reason: StatusReasons.Timeout });
    }

    [Fact]
    public async Task Bookmark_moves_the_version_on()
    {
        await using var rig = await WatchingAsync();
        for (var i = 0; i < 3; i++)
            rig.Server.Store.Create(
                FakeKind.BuiltIn.Single(kind => kind.Kind is "Secret"), "default", new() { ["apiVersion"] = "v1", ["kind"] = "Secret", ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = $"s{i}" } }, "test");
        var bookmarked = rig.Server.Store.Version;
        rig.Server.Faults.BookmarkWatches();
        rig.Put("b", "1");
        await rig.ToldAsync("Added b 1");
        Assert.True(bookmarked > 100);
        rig.Server.Faults.DropWatches();
        await rig.PassAsync(rig.Server.Faults.OpenedAsync(2));
        Assert.Contains($"resourceVersion={rig.Server.Store.Version}", rig.Server.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_that_fails_again_and_again_ends_in_another_list()
    {
        await using var rig = await WatchingAsync();
        rig.Server.Faults.FailNext("watch=", new FakeApiException(504, "Timeout", "Too large resource version"), times: 3);
        rig.Server.Faults.DropWatches();
        await rig.PassAsync(rig.Server.Faults.OpenedAsync(2));
        Assert.Equal(4, rig.Troubles.Count);
        Assert.Equal(2, Lists(rig));
    }

    [Fact]
    public async Task Objects_are_trimmed_before_they_are_kept_and_found_by_index()
    {
        var options = new InformerOptions<V1ConfigMap>
        {
            Transform = map => new V1ConfigMap { Metadata = map.Metadata },
            Indexes = new Dictionary<string, Func<V1ConfigMap, IEnumerable<string>>> { ["app"] = map => [map.Metadata!.Labels!["app"]] },
        };
        await using var rig = await InformerRig.StartAsync(options, server => InformerRig.Put(server, "a", "x"));
        await rig.ToldAsync("Added a");
        rig.Put("b", "x");
        rig.Put("a", "y");
        await rig.ToldAsync("Added b", "Updated a");
        Assert.Equal(["b"], rig.Informer.ByIndex("app", "x").Select(map => map.Metadata!.Name));
        Assert.Equal(["a"], rig.Informer.ByIndex("app", "y").Select(map => map.Metadata!.Name));
        rig.Delete("a");
        await rig.ToldAsync("Deleted a");
        Assert.Empty(rig.Informer.ByIndex("app", "y"));
        Assert.All(rig.Informer.List(), map => Assert.Null(map.Data));
        Assert.Throws<ArgumentException>(() => rig.Informer.ByIndex("nowhere", "y"));
    }

    [Fact]
    public async Task Handler_that_comes_late_is_told_of_all_and_one_that_fails_harms_nobody()
    {
        await using var rig = await WatchingAsync();
        var late = new List<string>();
        rig.Informer.Subscribe(change =>
        {
            late.Add($"{change.Type} {change.Entity.Metadata!.Name}");
            throw new InvalidOperationException("a bug");
        });
        rig.Put("b", "1");
        await rig.ToldAsync("Added b 1");
        await rig.TroublesAsync(2);
        Assert.Equal(["Added a", "Added b"], late);
    }

    [Fact]
    public async Task All_are_told_again_when_it_is_time()
    {
        await using var rig = await InformerRig.StartAsync(
            new InformerOptions<V1ConfigMap> { ResyncPeriod = TimeSpan.FromSeconds(20) }, server => InformerRig.Put(server, "a", "1"));
        await rig.ToldAsync("Added a 1");
        await rig.Server.Faults.WatchesAsync(1);
        // Less than the minute of a request: the client may not have seen yet that its watch is open.
        rig.Time.Advance(TimeSpan.FromSeconds(20));
        rig.Put("b", "1");
        await rig.ToldAsync("Added b 1", "Resynced a 1", "Resynced b 1");
    }
}
