using System.Text;
using System.Text.Json.Nodes;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Operator.Injection;
using K8sRecorder.Operator.Tests;
using K8sRecorder.Operator.Webhook;
using K8sRecorder.Policy.Selection;
using K8sRecorder.Testing;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Admission reviews: always answered; a patch fits its pod, and a pod that was injected is left alone.</summary>
internal sealed class AdmissionTarget : FuzzTarget
{
    private const string Policies = """
        apiVersion: k8srecorder.io/v1alpha1
        kind: RecordingStore
        metadata: { name: default }
        spec: { azureBlob: { containerUrl: "https://acct.blob.core.windows.net/recordings" } }
        ---
        apiVersion: k8srecorder.io/v1alpha1
        kind: ClusterRecordingPolicy
        metadata: { name: floor }
        spec: { selector: { matchExpressions: [ { key: proxy, operator: DoesNotExist } ] }, mode: Strict, trust: { additionalCAs: { secretName: corp-ca } } }
        ---
        apiVersion: k8srecorder.io/v1alpha1
        kind: RecordingPolicy
        metadata: { name: proxy, namespace: team-a }
        spec: { selector: { matchLabels: { proxy: "yes" } }, capture: { mode: Proxy } }

        """;

    private static readonly PolicyCatalog Catalog = new(PolicyEntry.Read(Encoding.UTF8.GetBytes(Policies), "policies"));

    private static readonly InjectionOptions Options = new()
    {
        Image = "registry.example/k8srecorder-sidecar@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        InstallId = "inst-1",
        OperatorUrl = "https://operator:8443",
        OperatorAuthority = "PEM",
    };

    public override string Name => "admission";

    public override string Subject => "AdmissionReview.Read, PodAdmission.Admit, AdmissionAnswer.Of";

    public override double Share => 0.5;

    public override int MaxLength => 16 * 1024;

    public override IEnumerable<string> Dictionary =>
    [
        "\"containers\":", "\"initContainers\":", "\"volumes\":", "\"volumeMounts\":", "\"env\":", "\"name\":", "\"recorder\"", "\"recorder-init\"", "k8srecorder-token", "k8srecorder-trust",
        "\"securityContext\":", "\"runAsUser\":64532", "\"hostNetwork\":true", "\"annotations\":", "k8srecorder.io/status", "k8srecorder.io/record", "\"proxy\":\"yes\"", "/run/k8srecorder/x",
        "\"JAVA_TOOL_OPTIONS\"", "\"valueFrom\":{}", "\"projected\":{\"sources\":[", "null", "[]", "{}", "\\u0000", "1e999", "~1", "-",
    ];

    public override IEnumerable<byte[]> Seeds()
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.File("tests/Operator.Tests/golden"), "*.json").Order(StringComparer.Ordinal))
        {
            // What the golden pods became is as good a pod as any: their patches, applied to a plain one, have everything of ours in them.
            var patch = JsonNode.Parse(File.ReadAllText(file))!["patch"]!.AsArray();
            var pod = Plain();
            foreach (var added in patch.Where(operation => operation!["value"] is not null && operation["path"]!.GetValue<string>() is "/spec/initContainers" or "/spec/volumes"))
                pod["spec"]![added!["path"]!.GetValue<string>()["/spec/".Length..]] = added["value"]!.DeepClone();
            yield return Reviews.Of(pod);
        }
    }

    public override long AllocationLimit(int length) => (4 << 20) + (4096L * length);

    public override void Run(byte[] input, Measure measure)
    {
        measure.Begin();
        var review = AdmissionReview.Read(input, out var problem);
        var ns = new NamespaceFacts("team-a", new Dictionary<string, string> { [RecordingKeys.NamespaceLabel] = input.Length % 2 == 0 ? "enabled" : "required" }, new Dictionary<string, string>());
        var decision = review is null ? null : PodAdmission.Admit(review.Object, ns, Catalog, Options);
        measure.End();
        if (review is null != problem.Length > 0)
            throw new OracleException("a review or words", problem);
        if (decision is null)
            return;
        _ = AdmissionAnswer.Of(review!.Uid, decision);
        if (decision.Outcome == RecordingOutcome.Inject != (decision.Reason.Length == 0))
            throw new OracleException("recorded, or a reason", decision.Reason);
        if (decision.Outcome == RecordingOutcome.Skip && input.Length % 2 == 1)
            throw new OracleException("where a recording is required nobody is let in without one", decision.Reason);
        if (decision.Outcome == RecordingOutcome.Refuse)
            return;
        var again = PodAdmission.Admit(PatchApplied.To(review.Object, decision.Patch), ns, Catalog, Options);
        if (again.Patch.Count > 0 || again.Outcome != decision.Outcome)
            throw new OracleException("a second pass changes nothing", again.Patch.ToJsonString());
    }

    private static JsonObject Plain() => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "agent", ["labels"] = new JsonObject { ["app"] = "a" }, ["annotations"] = new JsonObject { [RecordingKeys.Record] = "true" } },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "agent", ["image"] = "agent" }) },
    };
}
