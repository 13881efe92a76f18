using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using K8sRecorder.Operator.Injection;
using K8sRecorder.Policy.Selection;
using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Operator.Tests;

/// <summary>What we make of the golden pods, a real API server takes, and it fills nothing in that a second pass would take out again.</summary>
public sealed class ApiServerTests
{
    [ApiServerFact]
    public async Task Recorded_pods_are_pods()
    {
        await using var server = await RealApiServer.StartAsync();
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        using var http = new HttpClient(handler) { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {server.AdminToken}");
        await PostAsync(http, "/api/v1/namespaces", """{"metadata":{"name":"team-a"}}""");
        await PostAsync(http, "/apis/scheduling.k8s.io/v1/priorityclasses", """{"metadata":{"name":"high"},"value":1}""");
        await PostAsync(http, "/apis/node.k8s.io/v1/runtimeclasses", """{"metadata":{"name":"gvisor"},"handler":"runsc"}""");

        foreach (var name in Case.Names)
        {
            var golden = Case.Read(name);
            if (golden.Admit(golden.Pod) is not { Outcome: RecordingOutcome.Inject } decision)
                continue;
            var pod = PatchApplied.To(golden.Pod, decision.Patch);
            // Admission has given it one before webhooks are asked; here that part is off, for there are no accounts.
            pod["spec"]!["serviceAccountName"] ??= "default";

            var (status, stored) = await PostAsync(http, "/api/v1/namespaces/team-a/pods?dryRun=All&fieldValidation=Strict", pod.ToJsonString());

            Assert.True(status == HttpStatusCode.Created, $"{name}: {stored.Text("message")}");
            Assert.Equal((name, "[]"), (name, golden.Admit(stored).Patch.ToJsonString()));
        }
    }

    private static async Task<(HttpStatusCode Status, JsonObject Answer)> PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }
}
