using System.Text.Json.Nodes;
using K8sRecorder.Kube.Models;
using K8sRecorder.Kube.Tests.Servers;

namespace K8sRecorder.Kube.Tests.Client;

[Collection(AgainstApiServers.Name)]
public sealed class ObjectTests(ApiServers servers)
{
    private static V1ConfigMap Map(string space, string name, params (string Key, string Value)[] data) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space, Labels = new Dictionary<string, string> { ["app"] = "test" } },
        Data = data.ToDictionary(pair => pair.Key, pair => pair.Value),
    };

    [Theory, ApiServers]
    public async Task Object_created_is_read_back_replaced_and_deleted(string which)
    {
        using var client = (await servers.GetAsync(which)).Client();
        var space = await ApiServer.NamespaceAsync(client);

        var created = await client.CreateAsync(Map(space, "one", ("a", "1")), CancellationToken.None);
        Assert.NotNull(created.Metadata!.Uid);
        var read = await client.GetAsync<V1ConfigMap>("one", space, CancellationToken.None);
        Assert.Equal(created.Metadata.ResourceVersion, read!.Metadata!.ResourceVersion);
        read.Data!["a"] = "2";
        read.BinaryData = new Dictionary<string, byte[]> { ["b"] = [0, 255, 10] };
        var replaced = await client.UpdateAsync(read, CancellationToken.None);

        Assert.Equal("2", replaced.Data!["a"]);
        Assert.Equal([0, 255, 10], replaced.BinaryData!["b"]);
        Assert.True(await client.DeleteAsync<V1ConfigMap>("one", space, replaced.Metadata!.Uid, CancellationToken.None));
        Assert.False(await client.DeleteAsync<V1ConfigMap>("one", space, null, CancellationToken.None));
        Assert.Null(await client.GetAsync<V1ConfigMap>("one", space, CancellationToken.None));
    }

    [Theory, ApiServers]
    public async Task Refusals_say_which_they_are(string which)
    {
        using var client = (await servers.GetAsync(which)).Client();
        var space = await ApiServer.NamespaceAsync(client);
        var created = await client.CreateAsync(Map(space, "one"), CancellationToken.None);

        var twice = await Assert.ThrowsAsync<KubeStatusException>(() => client.CreateAsync(Map(space, "one"), CancellationToken.None));
        Assert.True(twice is { IsAlreadyExists: true, IsConflict: false, IsTransient: false });

        await client.UpdateAsync(created, CancellationToken.None);
        created.Data = new Dictionary<string, string> { ["x"] = "y" };
        await client.UpdateAsync(created, CancellationToken.None);
        var stale = await Assert.ThrowsAsync<KubeStatusException>(() => client.UpdateAsync(created, CancellationToken.None));
        Assert.True(stale is { IsConflict: true, IsAlreadyExists: false, IsTransient: false });

        var other = await Assert.ThrowsAsync<KubeStatusException>(
            () => client.DeleteAsync<V1ConfigMap>("one", space, "00000000-0000-0000-0000-000000000000", CancellationToken.None));
        Assert.True(other.IsConflict);

        var nowhere = await Assert.ThrowsAsync<KubeStatusException>(() => client.CreateAsync(Map("no-such-namespace", "one"), CancellationToken.None));
        Assert.True(nowhere.IsNotFound);
    }

    [Theory, ApiServers]
    public async Task Patches_of_each_language_change_what_they_name(string which)
    {
        using var client = (await servers.GetAsync(which)).Client();
        var space = await ApiServer.NamespaceAsync(client);
        await client.CreateAsync(Map(space, "one", ("a", "1"), ("b", "2")), CancellationToken.None);

        var merged = await client.PatchAsync<V1ConfigMap>(
            "one", space, new V1Patch(JsonNode.Parse("""{"data":{"a":null,"c":"3"}}""")!, PatchType.MergePatch), new PatchOptions(), CancellationToken.None);
        Assert.Equal(["b", "c"], merged.Data!.Keys.Order());

        var patched = await client.PatchAsync<V1ConfigMap>(
            "one",
            space,
            new V1Patch(JsonNode.Parse("""[{"op":"test","path":"/data/b","value":"2"},{"op":"replace","path":"/data/b","value":"4"},{"op":"add","path":"/metadata/labels/x~1y","value":"z"}]""")!, PatchType.JsonPatch),
            new PatchOptions(),
            CancellationToken.None);
        Assert.Equal("4", patched.Data!["b"]);
        Assert.Equal("z", patched.Metadata!.Labels!["x/y"]);

        var refused = await Assert.ThrowsAsync<KubeStatusException>(() => client.PatchAsync<V1ConfigMap>(
            "one", space, new V1Patch(JsonNode.Parse("""[{"op":"test","path":"/data/b","value":"2"}]""")!, PatchType.JsonPatch), new PatchOptions(), CancellationToken.None));
        Assert.True(refused.IsInvalid);
    }

    [Theory, ApiServers]
    public async Task Apply_owns_its_fields_conflicts_forces_and_gives_up_what_it_no_longer_names(string which)
    {
        using var client = (await servers.GetAsync(which)).Client();
        var space = await ApiServer.NamespaceAsync(client);
        V1ConfigMap Applied(params (string, string)[] data) => new()
        {
            Metadata = new V1ObjectMeta { Name = "one", NamespaceProperty = space },
            Data = data.ToDictionary(pair => pair.Item1, pair => pair.Item2),
        };
        var (ours, theirs) = (new PatchOptions { FieldManager = "ours" }, new PatchOptions { FieldManager = "theirs" });

        await client.ApplyAsync(Applied(("a", "1"), ("b", "1")), ours, CancellationToken.None);
        await client.ApplyAsync(Applied(("c", "1")), theirs, CancellationToken.None);
        var conflict = await Assert.ThrowsAsync<KubeStatusException>(() => client.ApplyAsync(Applied(("a", "2"), ("c", "1")), theirs, CancellationToken.None));
        Assert.True(conflict.IsConflict);
        Assert.Contains("ours", conflict.Message, StringComparison.Ordinal);

        var forced = await client.ApplyAsync(Applied(("a", "2"), ("c", "1")), theirs with { Force = true }, CancellationToken.None);
        Assert.Equal("2", forced.Data!["a"]);
        var less = await client.ApplyAsync(Applied(), ours with { Force = true }, CancellationToken.None);
        Assert.Equal(["a", "c"], less.Data!.Keys.Order());
    }

    [Theory, ApiServers]
    public async Task Status_is_written_apart(string which)
    {
        using var client = (await servers.GetAsync(which)).Client();
        var space = await ApiServer.NamespaceAsync(client);
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "one", NamespaceProperty = space },
            Spec = new V1PodSpec { Containers = [new V1Container { Name = "agent", Image = "example.org/agent:1" }] },
            Status = new V1PodStatus { Message = "from the creator" },
        };
        Assert.NotEqual("from the creator", (await client.CreateAsync(pod, CancellationToken.None)).Status?.Message);

        var patch = new V1Patch(JsonNode.Parse("""{"metadata":{"labels":{"not":"here"}},"status":{"message":"from us"}}""")!, PatchType.MergePatch);
        var patched = await client.PatchAsync<V1Pod>("one", space, patch, new PatchOptions { Subresource = "status" }, CancellationToken.None);
        Assert.Equal("from us", patched.Status!.Message);
        var without = await client.PatchAsync<V1Pod>(
            "one", space, new V1Patch(JsonNode.Parse("""{"status":{"message":"no"}}""")!, PatchType.MergePatch), new PatchOptions(), CancellationToken.None);
        Assert.Equal("from us", without.Status!.Message);
    }

    [Theory, ApiServers]
    public async Task Replace_keeps_fields_that_no_model_names(string which)
    {
        using var client = (await servers.GetAsync(which)).Client();
        var space = await ApiServer.NamespaceAsync(client);
        await client.RequestAsync(
            HttpMethod.Post,
            $"/api/v1/namespaces/{space}/secrets",
            JsonNode.Parse("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"one","finalizers":["example.org/kept"]},"type":"example.org/x","data":{"k":"AAE="}}"""),
            CancellationToken.None);
        var secret = await client.GetAsync<V1Secret>("one", space, CancellationToken.None);
        secret!.Data!["more"] = [1];
        await client.UpdateAsync(secret, CancellationToken.None);

        var now = await client.RequestAsync(HttpMethod.Get, $"/api/v1/namespaces/{space}/secrets/one", null, CancellationToken.None);
        Assert.Equal("AAE=", (string?)now!["data"]!["k"]);
        Assert.Equal("example.org/x", (string?)now["type"]);
        Assert.Equal("example.org/kept", (string?)now["metadata"]!["finalizers"]![0]);

        // What holds on to it keeps it; letting go ends it.
        Assert.True(await client.DeleteAsync<V1Secret>("one", space, null, CancellationToken.None));
        Assert.NotNull((await client.GetAsync<V1Secret>("one", space, CancellationToken.None))!.Metadata!.DeletionTimestamp);
        await client.PatchAsync<V1Secret>(
            "one", space, new V1Patch(JsonNode.Parse("""{"metadata":{"finalizers":null}}""")!, PatchType.MergePatch), new PatchOptions(), CancellationToken.None);
        Assert.Null(await client.GetAsync<V1Secret>("one", space, CancellationToken.None));
    }

    [Theory, ApiServers]
    public async Task Lists_come_in_pages_of_one_state(string which)
    {
        using var client = (await servers.GetAsync(which)).Client();
        var space = await ApiServer.NamespaceAsync(client);
        for (var i = 0; i < 5; i++)
            await client.CreateAsync(Map(space, $"map-{i}"), CancellationToken.None);
        var options = new ListOptions { Namespace = space, PageSize = 2, LabelSelector = "app=test" };

        var first = await client.ListPageAsync<V1ConfigMap>(options, null, CancellationToken.None);
        await client.CreateAsync(Map(space, "map-9"), CancellationToken.None);
        var second = await client.ListPageAsync<V1ConfigMap>(options, first.Continue, CancellationToken.None);
        var third = await client.ListPageAsync<V1ConfigMap>(options, second.Continue, CancellationToken.None);

        Assert.Equal(["map-0", "map-1", "map-2", "map-3", "map-4"], first.Items.Concat(second.Items).Concat(third.Items).Select(map => map.Metadata!.Name));
        Assert.Null(third.Continue);
        Assert.Equal(first.ResourceVersion, third.ResourceVersion);
        Assert.Equal("ConfigMap", first.Items[0].Kind);
        Assert.Equal(6, (await client.ListAsync<V1ConfigMap>(options, CancellationToken.None)).Count);
    }

    [Theory, ApiServers]
    public async Task Times_are_taken_and_come_back(string which)
    {
        using var client = (await servers.GetAsync(which)).Client();
        var space = await ApiServer.NamespaceAsync(client);
        var renewed = new DateTime(2026, 11, 22, 9, 8, 7, DateTimeKind.Utc).AddTicks(1230000);
        var lease = new V1Lease
        {
            Metadata = new V1ObjectMeta { Name = "one", NamespaceProperty = space },
            Spec = new V1LeaseSpec { HolderIdentity = "me", LeaseDurationSeconds = 10, AcquireTime = renewed.AddSeconds(-1.5), RenewTime = renewed, LeaseTransitions = 0 },
        };
        Assert.Equal(renewed, (await client.CreateAsync(lease, CancellationToken.None)).Spec!.RenewTime);
    }

    [Fact]
    public async Task Partial_model_is_never_written_whole()
    {
        using var client = (await servers.GetAsync(ApiServers.Fake)).Client();
        var pod = new V1Pod { Metadata = new V1ObjectMeta { Name = "one", NamespaceProperty = "default" } };
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.UpdateAsync(pod, CancellationToken.None));
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/../../secrets/b")]
    [InlineData("%2e%2e")]
    public async Task Name_that_would_lead_elsewhere_is_refused(string name)
    {
        using var client = (await servers.GetAsync(ApiServers.Fake)).Client();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.GetAsync<V1ConfigMap>(name, "default", CancellationToken.None));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.GetAsync<V1ConfigMap>("one", name, CancellationToken.None));
    }
}
