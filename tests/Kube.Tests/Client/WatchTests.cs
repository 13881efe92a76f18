using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Models;
using K8sRecorder.Kube.Tests.Servers;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Kube.Tests.Client;

[Collection(AgainstApiServers.Name)]
public sealed class WatchTests(ApiServers servers)
{
    [Theory, ApiServers]
    public async Task Watch_goes_on_where_the_list_ended(string which)
    {
        using var client = (await servers.GetAsync(which)).Client();
        var space = await ApiServer.NamespaceAsync(client);
        V1ConfigMap Map(string name, string app) => new()
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space, Labels = new Dictionary<string, string> { ["app"] = app } },
        };
        await client.CreateAsync(Map("before", "test"), CancellationToken.None);
        var page = await client.ListPageAsync<V1ConfigMap>(new ListOptions { Namespace = space }, null, CancellationToken.None);
        var one = await client.CreateAsync(Map("one", "test"), CancellationToken.None);
        await client.CreateAsync(Map("two", "other"), CancellationToken.None);
        one.Data = new Dictionary<string, string> { ["a"] = "b" };
        one = await client.UpdateAsync(one, CancellationToken.None);
        one.Metadata!.Labels!["app"] = "other";
        await client.UpdateAsync(one, CancellationToken.None);
        await client.DeleteAsync<V1ConfigMap>("before", space, null, CancellationToken.None);

        var seen = new List<string>();
        await foreach (var next in client.WatchAsync<V1ConfigMap>(
            new WatchOptions { Namespace = space, LabelSelector = "app=test", ResourceVersion = page.ResourceVersion }, CancellationToken.None))
        {
            Assert.Equal(next.Entity?.Metadata!.ResourceVersion ?? next.ResourceVersion, next.ResourceVersion);
            if (next.Type != WatchEventType.Bookmark)
                seen.Add($"{next.Type} {next.Entity!.Metadata!.Name}");
            if (seen.Count == 4)
                break;
        }
        Assert.Equal(["Added one", "Modified one", "Deleted one", "Deleted before"], seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Version_that_is_no_longer_kept_is_gone(bool asStatus)
    {
        await using var fake = await FakeApiServer.StartAsync();
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = fake.Url, UseEnvironmentProxy = false });
        fake.Store.Compact();
        fake.Faults.IsGoneAsStatus = asStatus;
        var gone = await Assert.ThrowsAsync<KubeStatusException>(() => DrainAsync(client));
        Assert.True(gone is { IsGone: true, IsTransient: false });
    }

    [Theory]
    [InlineData("<html>\n")]
    [InlineData("{\"type\":\"ADDED\"}\n")]
    [InlineData("{\"type\":\"ADDED\",\"object\":{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"x\"}}}\n")]
    [InlineData("{\"type\":\"ADDED\",\"object\":{\"kind\":\"Secret\",\"metadata\":{\"name\":\"x\",\"resourceVersion\":\"7\"}}}\n")]
    [InlineData("{\"type\":\"NEW\",\"object\":{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"x\",\"resourceVersion\":\"7\"}}}\n")]
    [InlineData("{\"type\":\"ADDED\",\"object\":{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"x\",\"resourceVersion\":\"7\"}}} {}\n")]
    public async Task Garbage_ends_a_watch_as_unreadable(string line)
    {
        await using var fake = await FakeApiServer.StartAsync();
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = fake.Url, UseEnvironmentProxy = false });
        var draining = DrainAsync(client);
        await fake.Faults.WatchesAsync(1);
        fake.Faults.WriteToWatches(line);
        Assert.Equal(StatusReasons.Unreadable, (await Assert.ThrowsAsync<KubeStatusException>(() => draining)).Status.Reason);
    }

    [Fact]
    public async Task Line_without_an_end_is_bounded()
    {
        await using var fake = await FakeApiServer.StartAsync();
        using var client = new KubernetesClient(
            new KubernetesClientConfiguration { Host = fake.Url, UseEnvironmentProxy = false }, new KubernetesClientOptions { MaxWatchLine = 100_000 });
        var draining = DrainAsync(client);
        await fake.Faults.WatchesAsync(1);
        fake.Faults.WriteToWatches(new string(' ', 300_000));
        Assert.Contains("longer than 100000 bytes", (await Assert.ThrowsAsync<KubeStatusException>(() => draining)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_that_falls_silent_is_given_up()
    {
        await using var fake = await FakeApiServer.StartAsync();
        var time = new ManualTime();
        using var client = new KubernetesClient(
            new KubernetesClientConfiguration { Host = fake.Url, UseEnvironmentProxy = false }, new KubernetesClientOptions { Time = time });
        var draining = DrainAsync(client);
        await fake.Faults.WatchesAsync(1);
        while (!draining.IsCompleted)
        {
            // Its request's own minute is over by then, or was never begun anew.
            if (time.UntilNextTimer is { } due)
                time.Advance(due);
            await Task.Yield();
        }
        var late = await Assert.ThrowsAsync<KubeStatusException>(() => draining);
        Assert.True(late is { IsTransient: true, Status.Reason: StatusReasons.Timeout });
    }

    private static async Task DrainAsync(KubernetesClient client)
    {
        var options = new WatchOptions { Namespace = "default", ResourceVersion = "101" };
        await foreach (var _ in client.WatchAsync<V1ConfigMap>(options, CancellationToken.None))
        {
        }
    }
}
