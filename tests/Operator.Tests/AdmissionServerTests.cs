using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using K8sRecorder.Policy.Selection;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Operator.Tests;

/// <summary>The admission policies where they are in force: an API server refuses what they name, and takes what the injection writes.</summary>
public sealed class AdmissionServerTests : IAsyncLifetime, IDisposable
{
    private const string Required = "must", Pods = "/api/v1/namespaces/" + Required + "/pods";

    private static readonly (string Edit, string Refusal)[] Refusals =
    [
        ("$.spec.initContainers=[]", "the pod has no recorder"),
        ("$.spec.initContainers[1].image=\"evil\"", "the image of the recorder is one of registry.example/"),
        ("$.spec.initContainers[0].image=\"evil\"", "the image of the recorder is one of registry.example/"),
        ("$.spec.initContainers[1].command=[\"sleep\"]", "command and arguments"),
        ("$.spec.initContainers[1].args[1]=\"https://evil.example\"", "command and arguments"),
        ("$.spec.initContainers[1].args[5]=\"--policy\"", "command and arguments"),
        ("$.spec.initContainers[0].args[0]=\"--help\"", "command and arguments"),
        ("$.spec.initContainers[0].args[1]=\"--print\"", "command and arguments"),
        ("$.spec.initContainers[1].env=[{\"name\":\"DOTNET_STARTUP_HOOKS\",\"value\":\"/agent.dll\"}]", "variables, hooks, probes or mounts"),
        ("$.spec.initContainers[1].lifecycle={\"postStart\":{\"exec\":{\"command\":[\"x\"]}}}", "variables, hooks, probes or mounts"),
        ("$.spec.initContainers[1].livenessProbe={\"exec\":{\"command\":[\"x\"]}}", "variables, hooks, probes or mounts"),
        ("$.spec.initContainers[1].securityContext.runAsUser=0", "a user of its own"),
        ("$.spec.initContainers[1].securityContext.capabilities={\"add\":[\"NET_ADMIN\"],\"drop\":[\"ALL\"]}", "a user of its own"),
        ("$.spec.initContainers[0].securityContext.capabilities={\"add\":[\"SYS_ADMIN\"],\"drop\":[\"ALL\"]}", "a user of its own"),
        ("$.spec.hostNetwork=true", "hostNetwork, hostPID"),
        ("$.spec.hostPID=true", "hostNetwork, hostPID"),
        ("$.spec.shareProcessNamespace=true", "hostNetwork, hostPID"),
        ("$.spec.containers[0].securityContext={\"privileged\":true,\"runAsUser\":1000}", "privileged containers get round the recorder: agent"),
        ("$.spec.containers[0].securityContext.runAsUser=64532", "known by uid 64532: securityContext.runAsUser must be set, and to another, in agent"),
        ("$.spec.containers[0].securityContext=", "must be set, and to another, in agent"),
        ("$.spec.containers[0].securityContext={\"runAsUser\":0,\"allowPrivilegeEscalation\":false,\"capabilities\":{\"drop\":[\"NET_RAW\"]}}", "root with capabilities"),
        ("$.spec.containers[0].securityContext.allowPrivilegeEscalation=", "allowPrivilegeEscalation: false in agent"),
        ("$.spec.containers[0].securityContext.capabilities=", "with NET_RAW and the like"),
        ("$.spec.containers[0].securityContext.capabilities={\"drop\":[\"ALL\"],\"add\":[\"NET_ADMIN\"]}", "with NET_RAW and the like"),
        ("$.spec.containers[0].volumeMounts=[{\"name\":\"k8srecorder-keys\",\"mountPath\":\"/keys\",\"readOnly\":true}]", "are the recorder's"),
        ("$.spec.containers[0].volumeMounts=[{\"name\":\"k8srecorder-trust\",\"mountPath\":\"/trust\"}]", "are the recorder's"),
        ("$.spec.volumes[-]={\"name\":\"node\",\"hostPath\":{\"path\":\"/\"}}", "no folders of the node"),
    ];

    private readonly HttpClientHandler _handler = new() { ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate is not null, UseProxy = false };
    private RealApiServer? _server;
    private HttpClient? _http;

    public async Task InitializeAsync()
    {
        if (RealApiServer.Assets is null)
            return;
        _server = await RealApiServer.StartAsync();
        _http = new HttpClient(_handler) { BaseAddress = _server.Url };
        _http.DefaultRequestHeaders.Add("Authorization", $"Bearer {_server.AdminToken}");
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    public void Dispose()
    {
        _http?.Dispose();
        _handler.Dispose();
    }

    [ApiServerFact]
    public async Task What_gets_round_the_recorder_is_refused()
    {
        await ApplyAsync();
        var recorded = Recorded("hardened");
        // The server reads new policies a moment after it took them.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await SayAsync(HttpMethod.Post, Pods + "?dryRun=All", Edited(recorded, Refusals[0].Edit)) == "")
            Assert.False(patience.IsCancellationRequested, "the policies do not come into force");

        foreach (var name in new[] { "hardened", "openshift", "opted-out-required", "own-container-called-recorder", "restricted-namespace-proxy" })
            Assert.Equal("", await SayAsync(HttpMethod.Post, Pods + "?dryRun=All", Recorded(name)));
        foreach (var (edit, refusal) in Refusals)
            Assert.Contains(refusal, edit + ": " + await SayAsync(HttpMethod.Post, Pods + "?dryRun=All", Edited(recorded, edit)), StringComparison.Ordinal);
        await RunningPodAsync(recorded);
        await LabelAsync();
    }

    /// <summary>What comes to a pod that runs, and one that ran before the label came.</summary>
    private async Task RunningPodAsync(JsonObject recorded)
    {
        Assert.Equal("", await SayAsync(HttpMethod.Post, Pods, Edited(recorded, "$.spec.nodeName=\"node\"")));
        var pod = $"{Pods}/{recorded["metadata"]!["name"]}";
        Assert.Contains("nobody gets into the recorder", await SayAsync(HttpMethod.Post, pod + "/exec?container=recorder&command=sh&stdout=true", null), StringComparison.Ordinal);
        Assert.Contains("nobody gets into the recorder", await SayAsync(HttpMethod.Post, pod + "/attach?container=recorder-init&stdout=true", null), StringComparison.Ordinal);
        Assert.DoesNotContain("k8srecorder", await SayAsync(HttpMethod.Post, pod + "/exec?container=agent&command=sh&stdout=true", null), StringComparison.Ordinal);
        Assert.Contains("it is refused", await SayAsync(HttpMethod.Post, pod + "/portforward?ports=9464", null), StringComparison.Ordinal);
        Assert.Contains("the image of the recorder", await MergeAsync(pod, """{"spec":{"initContainers":[{"name":"recorder","image":"evil"}]}}"""), StringComparison.Ordinal);
        Assert.Equal("", await MergeAsync(pod, """{"metadata":{"labels":{"a":"b"}}}"""));

        const string restricted = """ "image":"x","securityContext":{"runAsUser":1000,"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}""";
        var later = pod + "/ephemeralcontainers";
        Assert.Contains("nobody debugs the recorder", await MergeAsync(later, Later("\"targetContainerName\":\"recorder\"," + restricted)), StringComparison.Ordinal);
        Assert.Contains("they have no rights", await MergeAsync(later, Later("\"image\":\"x\"")), StringComparison.Ordinal);
        Assert.Contains("they have no rights", await MergeAsync(later, Later(restricted.Replace("1000", "64532", StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.Contains("are the recorder's", await MergeAsync(later, Later("\"volumeMounts\":[{\"name\":\"k8srecorder-keys\",\"mountPath\":\"/k\"}]," + restricted)), StringComparison.Ordinal);
        Assert.Equal("", await MergeAsync(later, Later(restricted)));
    }

    private async Task LabelAsync()
    {
        foreach (var (path, body) in new[]
        {
            ("clusterroles", """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"namespaces"},"rules":[{"apiGroups":[""],"resources":["namespaces"],"verbs":["*"]}]}"""),
            ("clusterrolebindings", """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"namespaces"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"namespaces"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"dev"}]}"""),
        })
            Assert.Equal("", await SayAsync(HttpMethod.Post, "/apis/rbac.authorization.k8s.io/v1/" + path, JsonNode.Parse(body)));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        const string team = "/api/v1/namespaces/" + Required;
        while (await MergeAsync(team, """{"metadata":{"labels":{"team":"a"}}}""", "dev") != "")
            Assert.False(patience.IsCancellationRequested, "the role does not come into force");

        foreach (var label in new[] { "null", "\"disabled\"" })
            Assert.Contains("those who may update ClusterRecordingPolicies", await MergeAsync(team, Labelled(label), "dev"), StringComparison.Ordinal);
        Assert.Contains("is enabled, required or disabled", await MergeAsync(team, Labelled("\"maybe\"")), StringComparison.Ordinal);
    }

    /// <summary>What is in the file, with the golden pods' image and operator; and a namespace that requires recording.</summary>
    private async Task ApplyAsync()
    {
        foreach (var part in File.ReadAllText(RepositoryRoot.File("deploy/admission.yaml")).Split("\n---\n"))
        {
            var document = Case.Yaml(part);
            var path = document["kind"]!.ToString() switch
            {
                "Namespace" => "/api/v1/namespaces",
                "ConfigMap" => $"/api/v1/namespaces/{document["metadata"]!["namespace"]}/configmaps",
                { } kind => $"/apis/admissionregistration.k8s.io/v1/{kind.Replace("Policy", "Policie", StringComparison.Ordinal).ToLowerInvariant()}s".Replace("policiebindings", "policybindings", StringComparison.Ordinal),
            };
            if (document["kind"]!.ToString() == "ConfigMap")
                document["data"] = new JsonObject { ["images"] = Case.Options.Image + "\n", ["operator"] = Case.Options.OperatorUrl, ["audience"] = Case.Options.Audience };
            Assert.Equal("", await SayAsync(HttpMethod.Post, path, document));
        }
        Assert.Equal("", await SayAsync(HttpMethod.Post, "/api/v1/namespaces",
            JsonNode.Parse(Labelled("\"required\"").Replace("{\"labels", $"{{\"name\":\"{Required}\",\"labels", StringComparison.Ordinal))));
    }

    private static string Later(string fields) => "{\"spec\":{\"ephemeralContainers\":[{\"name\":\"d\"," + fields + "}]}}";

    private static string Labelled(string json) => "{\"metadata\":{\"labels\":{\"" + RecordingKeys.NamespaceLabel + "\":" + json + "}}}";

    private static JsonObject Recorded(string name)
    {
        var golden = Case.Read(name);
        var pod = PatchApplied.To(golden.Pod, golden.Admit(golden.Pod).Patch);
        pod["metadata"]!["namespace"] = Required;
        pod["spec"]!["serviceAccountName"] ??= "default"; // there are no accounts here
        return pod;
    }

    /// <summary><c>$.a.b[1]=json</c>, <c>[-]</c> at the end; without a value it is taken away.</summary>
    private static JsonObject Edited(JsonObject pod, string edit)
    {
        var copy = pod.DeepClone().AsObject();
        var (path, value) = (edit[..edit.IndexOf('=', StringComparison.Ordinal)], edit[(edit.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var last = path.LastIndexOfAny(['.', '[']);
        var parent = copy.ToJsonPath(path[2..last]);
        var name = path[(last + 1)..].TrimEnd(']');
        if (parent is JsonArray more && name == "-")
            more.Add(JsonNode.Parse(value));
        else if (parent is JsonArray list)
            list[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)] = JsonNode.Parse(value);
        else if (value.Length == 0)
            parent.AsObject().Remove(name);
        else
            parent[name] = JsonNode.Parse(value);
        return copy;
    }

    private Task<string> MergeAsync(string path, string patch, string? user = null) =>
        SayAsync(HttpMethod.Patch, path + "?dryRun=All", JsonNode.Parse(patch), user, "application/strategic-merge-patch+json");

    /// <summary>What the server says against it; nothing where it does as it is told.</summary>
    private async Task<string> SayAsync(HttpMethod method, string path, JsonNode? body, string? user = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, type);
        if (user is not null)
            request.Headers.Add("Impersonate-User", user);
        using var answer = await _http!.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created ? "" : text;
    }
}
