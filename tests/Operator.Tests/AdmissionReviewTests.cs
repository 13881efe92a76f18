using System.Text;
using System.Text.Json.Nodes;
using K8sRecorder.Operator.Injection;
using K8sRecorder.Operator.Webhook;
using K8sRecorder.Policy.Selection;

namespace K8sRecorder.Operator.Tests;

/// <summary>What comes to the webhook's endpoint, from the API server or from anybody else on the pod network.</summary>
public sealed class AdmissionReviewTests
{
    [Fact]
    public void Request_is_read()
    {
        var review = AdmissionReview.Read(Reviews.Of(Case.Read("plain").Pod), out var problem);

        Assert.Equal("", problem);
        Assert.Equal(("705ab4f5-6393-11e8-b7cc-42010a800002", "CREATE", "Pod", "team-a"), (review!.Uid, review.Operation, review.Kind, review.Namespace));
        Assert.Equal("agent", review.Object.Object("metadata").Text("name"));
    }

    [Theory]
    [InlineData("", "no JSON, deeper than 64 levels, a name stands twice, or text that is none")]
    [InlineData("{", "no JSON, deeper than 64 levels, a name stands twice, or text that is none")]
    [InlineData("{} {}", "no JSON, deeper than 64 levels, a name stands twice, or text that is none")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"a","object":{"x":"\ud800"}}}""", "no JSON, deeper than 64 levels, a name stands twice, or text that is none")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"a","object":{"\ud800":1}}}""", "no JSON, deeper than 64 levels, a name stands twice, or text that is none")]
    [InlineData("null", "no AdmissionReview of admission.k8s.io/v1")]
    [InlineData("[]", "no AdmissionReview of admission.k8s.io/v1")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"a","object":{}}}""", "no AdmissionReview of admission.k8s.io/v1")]
    [InlineData("""{"apiVersion":["admission.k8s.io/v1"],"kind":"AdmissionReview"}""", "no AdmissionReview of admission.k8s.io/v1")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}""", "without a request")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":[]}""", "without a request")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"object":{}}}""", "without a uid")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"","object":{}}}""", "without a uid")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"a","object":null}}""", "without an object")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"a","uid":"b","object":{}}}""", "no JSON, deeper than 64 levels, a name stands twice, or text that is none")]
    public void What_is_none_is_refused_in_words(string text, string expected)
    {
        Assert.Null(AdmissionReview.Read(Encoding.UTF8.GetBytes(text), out var problem));
        Assert.Equal(expected, problem);
    }

    /// <summary>Of two containers lists one would be looked at and the other be run.</summary>
    [Fact]
    public void Name_that_stands_twice_deep_in_the_pod_is_refused()
    {
        var text = Encoding.UTF8.GetString(Reviews.Of(Case.Read("plain").Pod)).Replace("\"containers\":", "\"containers\":[],\"containers\":", StringComparison.Ordinal);

        Assert.Null(AdmissionReview.Read(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void Size_and_depth_are_bounded()
    {
        Assert.Null(AdmissionReview.Read(new byte[AdmissionReview.MostBytes + 1], out var problem));
        Assert.Equal("larger than 4 MiB", problem);
        Assert.Null(AdmissionReview.Read(Encoding.UTF8.GetBytes(new string('[', 100_000)), out problem));
        Assert.Equal("no JSON, deeper than 64 levels, a name stands twice, or text that is none", problem);
    }

    [Fact]
    public void Injection_is_answered_with_its_patch()
    {
        var golden = Case.Read("plain");

        var response = Response(golden);

        Assert.True(response["allowed"]!.GetValue<bool>());
        Assert.Equal("JSONPatch", response.Text("patchType"));
        var patch = JsonNode.Parse(Convert.FromBase64String(response.Text("patch")!))!.AsArray();
        Injected.Check(golden, PatchApplied.To(golden.Pod, patch));
    }

    [Fact]
    public void Refusal_is_answered_with_its_reason_and_without_a_patch()
    {
        var response = Response(Case.Read("host-network-required"));

        Assert.False(response["allowed"]!.GetValue<bool>());
        Assert.Null(response["patch"]);
        Assert.Equal(403, response.Object("status").Number("code"));
        Assert.Contains("(HostNetwork)", response.Object("status").Text("message"), StringComparison.Ordinal);
        Assert.Equal("HostNetwork", response.Object("auditAnnotations").Text("not-recorded"));
    }

    [Fact]
    public void Pod_that_goes_unrecorded_is_answered_with_a_warning()
    {
        var response = Response(Case.Read("host-network"));

        Assert.True(response["allowed"]!.GetValue<bool>());
        Assert.Equal("this pod is not recorded: it uses the node's network (hostNetwork) (HostNetwork)", Assert.Single(response.Texts("warnings")));
    }

    [Fact]
    public void Warnings_fit_what_an_api_server_takes()
    {
        var decision = new PodDecision(RecordingOutcome.Skip, "X", "", [], [.. Enumerable.Repeat(new string('w', 5000), 100)]);

        var warnings = JsonNode.Parse(AdmissionAnswer.Of("a", decision))!.Object("response").Texts("warnings").ToList();

        Assert.Equal(16, warnings.Count);
        Assert.All(warnings, warning => Assert.Equal(256, warning.Length));
    }

    /// <summary>An endpoint is called by anybody: a pod of the wrong types everywhere is answered all the same.</summary>
    [Fact]
    public void Pod_of_wrong_types_is_answered()
    {
        var golden = Case.Read("own-recorder-as-native-sidecar-and-volumes");
        JsonNode?[] wrong = [null, 1, "x", new JsonObject(), new JsonArray(1, null, new JsonArray())];
        foreach (var path in Paths(golden.Pod, "").ToList())
            foreach (var value in wrong)
            {
                var pod = golden.Pod.DeepClone().AsObject();
                Replace(pod, path.Split('/')[1..], value);
                var decision = golden.Admit(pod);
                if (decision.Outcome == RecordingOutcome.Inject)
                    Assert.Equal("[]", golden.Admit(PatchApplied.To(pod, decision.Patch)).Patch.ToJsonString());
            }
    }

    private static JsonObject Response(Case golden)
    {
        var review = AdmissionReview.Read(Reviews.Of(golden.Pod), out _)!;
        var answer = JsonNode.Parse(AdmissionAnswer.Of(review.Uid, golden.Admit(review.Object)))!.AsObject();
        Assert.Equal(("admission.k8s.io/v1", "AdmissionReview"), (answer.Text("apiVersion"), answer.Text("kind")));
        Assert.Equal(review.Uid, answer.Object("response").Text("uid"));
        return answer.Object("response")!;
    }

    private static IEnumerable<string> Paths(JsonNode? node, string path)
    {
        if (path.Length > 0)
            yield return path;
        var children = node switch
        {
            JsonObject fields => fields.Select(field => (field.Key.Replace("/", "~1", StringComparison.Ordinal), field.Value)),
            JsonArray items => items.Select((item, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), item)),
            _ => [],
        };
        foreach (var (name, child) in children)
            foreach (var below in Paths(child, $"{path}/{name}"))
                yield return below;
    }

    private static void Replace(JsonNode at, string[] path, JsonNode? value)
    {
        foreach (var part in path.SkipLast(1))
            at = (at is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)] : at[part.Replace("~1", "/", StringComparison.Ordinal)])!;
        if (at is JsonArray items)
            items[int.Parse(path[^1], System.Globalization.CultureInfo.InvariantCulture)] = value?.DeepClone();
        else
            at[path[^1].Replace("~1", "/", StringComparison.Ordinal)] = value?.DeepClone();
    }
}
