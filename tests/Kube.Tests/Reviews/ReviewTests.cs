using System.Text.Json.Nodes;
using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Models;
using K8sRecorder.Kube.Reviews;
using K8sRecorder.Kube.Tests.Servers;
using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Kube.Tests.Reviews;

[Collection(AgainstApiServers.Name)]
public sealed class ReviewTests(ApiServers servers)
{
    private const string Ours = "recorder.k8srecorder.io/test";

    [Theory, ApiServers]
    public async Task Token_is_whose_it_is_for_its_audience_alone(string which)
    {
        using var client = (await servers.GetAsync(which)).Client();
        var space = await ApiServer.NamespaceAsync(client);
        await client.RequestAsync(
            HttpMethod.Post, $"/api/v1/namespaces/{space}/serviceaccounts", JsonNode.Parse("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"agent"}}"""), CancellationToken.None);
        async Task<string> TokenAsync(string audience) => (string)(await client.RequestAsync(
            HttpMethod.Post,
            $"/api/v1/namespaces/{space}/serviceaccounts/agent/token",
            JsonNode.Parse($$$"""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["{{{audience}}}"],"expirationSeconds":600}}"""),
            CancellationToken.None))!["status"]!["token"]!;
        var token = await TokenAsync(Ours);

        var verdict = await client.ReviewTokenAsync(token, Ours, CancellationToken.None);
        Assert.Equal(new NamespacedName(space, "agent"), verdict.ServiceAccount);
        Assert.Null(verdict.Pod);
        foreach (var (wrong, audience) in new[] { (token, "another"), (await TokenAsync("another"), Ours), ("nonsense", Ours), ("", Ours) })
        {
            var refused = await client.ReviewTokenAsync(wrong, audience, CancellationToken.None);
            Assert.True(refused is { User: null, Refusal: not null });
        }
    }

    [Fact]
    public async Task Authenticator_that_does_not_look_at_audiences_is_not_believed()
    {
        await using var fake = await FakeApiServer.StartAsync();
        using var client = new KubernetesClient(new KubernetesClientConfiguration { Host = fake.Url, UseEnvironmentProxy = false });
        fake.Reviews.AddToken("known", "system:serviceaccount:a:b");
        fake.Reviews.IsAudienceBlind = true;
        Assert.Equal("the token's audience was not checked", (await client.ReviewTokenAsync("known", Ours, CancellationToken.None)).Refusal);
    }

    [Theory, ApiServers]
    public async Task Access_is_what_the_server_says(string which)
    {
        var server = await servers.GetAsync(which);
        using var client = server.Client();
        if (server.Fake is { } fake)
            fake.Reviews.Allows = (user, _, _, _) => user is "admin";
        var what = new V1ResourceAttributes { NamespaceProperty = "default", Verb = "get", Resource = "pods" };
        Assert.True(await client.ReviewAccessAsync(new V1UserInfo { Username = "admin", Groups = ["system:masters"] }, what, CancellationToken.None));
        Assert.False(await client.ReviewAccessAsync(new V1UserInfo { Username = "nobody" }, what, CancellationToken.None));
    }
}
