using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using K8sRecorder.Crds;
using K8sRecorder.Policy.Model;
using K8sRecorder.Testing.Kube;

namespace K8sRecorder.Policy.Tests.Schema;

/// <summary>The definitions in a real API server: it takes them, with the cost of their rules, and refuses what they are to refuse, by the field's name.</summary>
public sealed class ApiServerTests
{
    [ApiServerFact]
    public async Task Wrong_policies_are_refused_with_the_name_of_the_field()
    {
        await using var server = await RealApiServer.StartAsync();
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        using var http = new HttpClient(handler) { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {server.AdminToken}");
        foreach (var kind in Enum.GetValues<PolicyKind>())
            await DefineAsync(http, kind);

        foreach (var document in Documents.Read(PolicyText.Contract).Concat(Documents.Read(PolicyText.Least)))
            Assert.Equal((HttpStatusCode.Created, ""), await ApplyAsync(http, document));
        var wrong = new List<string>();
        // A null is nothing to an API server: the default takes its place.
        foreach (var (name, yaml) in Corpus.Bad().Where(bad => bad.Name != "mode:"))
        {
            var (status, message) = await ApplyAsync(http, Assert.Single(Documents.Read(yaml)));
            var fields = Fields(yaml).ToList();
            if ((status == HttpStatusCode.Created) != Corpus.ByValidatorAlone.Contains(name) || (status != HttpStatusCode.Created && !fields.Exists(field => message.Contains(field, StringComparison.Ordinal))))
                wrong.Add($"{name}: {status}, {string.Join(',', fields)}: {message}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static async Task DefineAsync(HttpClient http, PolicyKind kind)
    {
        var definition = Definition.Of(kind);
        Assert.Equal((HttpStatusCode.Created, ""), await PostAsync(http, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        // Defined is not yet served.
        while ((await http.GetAsync(new Uri($"/apis/k8srecorder.io/v1alpha1/{Definition.Plural(kind)}", UriKind.Relative), patience.Token)).StatusCode != HttpStatusCode.OK)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
    }

    private static Task<(HttpStatusCode Status, string Message)> ApplyAsync(HttpClient http, JsonObject document)
    {
        var kind = Enum.Parse<PolicyKind>(document["kind"]!.GetValue<string>());
        var body = document.DeepClone().AsObject();
        var ns = kind == PolicyKind.RecordingPolicy ? "namespaces/default/" : "";
        if (kind == PolicyKind.RecordingPolicy)
            body["metadata"]!.AsObject().Remove("namespace");
        return PostAsync(http, $"/apis/k8srecorder.io/v1alpha1/{ns}{Definition.Plural(kind)}?dryRun=All&fieldValidation=Strict", body);
    }

    private static async Task<(HttpStatusCode Status, string Message)> PostAsync(HttpClient http, string path, JsonObject body)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, answer.IsSuccessStatusCode ? "" : JsonNode.Parse(text)!["message"]!.GetValue<string>());
    }

    /// <summary>The last name of each path that the validator gives, or of what it is in: what is missing an API server says of the nearest that is required.</summary>
    private static IEnumerable<string> Fields(string yaml)
    {
        var file = PolicyFile.Parse(Encoding.UTF8.GetBytes(yaml), "a");
        return file.Problems.Concat(file.Documents.SelectMany(document => PolicyValidator.Validate(document, PolicyText.Detectors)))
            .SelectMany(problem => problem.Path.Split('.').TakeLast(2)).Select(name => name.Split('[')[0]).Where(name => name.Length > 0 && name is not "spec").DefaultIfEmpty("spec");
    }
}
