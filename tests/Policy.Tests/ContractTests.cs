using System.Net;
using System.Text;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Tests;

public sealed class ContractTests
{
    [Fact]
    public void Contract_document_is_read_whole_and_valid()
    {
        var file = PolicyFile.Parse(Encoding.UTF8.GetBytes(PolicyText.Contract), "contract.yaml");

        Assert.Empty(file.Problems);
        Assert.All(file.Documents, document => Assert.Empty(PolicyValidator.Validate(document, PolicyText.Detectors)));
        var policy = Assert.IsType<RecordingPolicyDocument>(file.Documents[0]).Spec;
        var store = Assert.IsType<RecordingStoreDocument>(file.Documents[1]).Spec;
        Assert.Equal("planner", policy.Selector!.MatchLabels["app"]);
        Assert.Equal(["x-agent-run", "traceparent"], policy.RunKeys.Select(key => key.Header));
        Assert.Equal(TimeSpan.FromMinutes(30), policy.Session!.IdleTimeout);
        Assert.Equal(256L << 20, policy.Spool!.SizeLimit);
        Assert.Equal(new RowsLimit(RowsMode.All), policy.Record!.Rows);
        Assert.Equal(4L << 30, policy.Limits!.BytesPerSession);
        Assert.Equal("Bearer {token}", policy.Targets[0].Credentials!.Format);
        Assert.Equal(["shell.*"], policy.Targets[0].Guard[1].Deny!.Tool);
        Assert.Equal("db-ca", policy.Targets[1].Upstream!.Tls!.CaSecretName);
        Assert.Equal(10_000, policy.Targets[1].Guard[3].Deny!.MaxRows);
        Assert.Equal(TimeSpan.FromHours(1), policy.Targets[1].Approval!.Ttl);
        Assert.Equal(["ssn", "cards.number"], policy.Masking!.Columns);
        Assert.Equal(30, policy.Retention!.Days);
        Assert.Equal("https://acct.blob.core.windows.net/recordings", store.AzureBlob!.ContainerUrl);
    }

    /// <summary>The document writes every field of the contract, so this is the list of what is not built yet.</summary>
    [Fact]
    public void Contract_document_is_refused_exactly_where_this_build_does_not_enforce_it()
    {
        var problems = PolicyText.Load(PolicyText.Contract).Problems;

        Assert.Equal(
        [
            "13 spec.identity", "26 spec.targets[0].credentials",
            "38 spec.targets[1].upstream.tls.caSecretName", "39 spec.targets[1].upstream.host", "40 spec.targets[1].protocol",
            "41 spec.targets[1].credentials", "43 spec.targets[1].guard[0].deny.statement",
            "44 spec.targets[1].guard[1].deny.statement", "44 spec.targets[1].guard[1].deny.withoutWhere", "45 spec.targets[1].guard[2].deny.tables",
            "46 spec.targets[1].guard[3].deny.maxRows", "47 spec.targets[1].guard[4].deny.pattern", "48 spec.targets[1].approval",
            "55 spec.masking.columns", "57 spec.store", "58 spec.retention", "61 kind",
        ],
        problems.Select(problem => $"{problem.Line} {problem.Path}"));
    }

    [Fact]
    public void Every_field_of_the_model_stands_in_the_contract_document()
    {
        var written = PolicyFile.Parse(Encoding.UTF8.GetBytes(PolicyText.Contract), "contract.yaml").Documents.SelectMany(document => document.Fields.Keys).ToHashSet();

        // Fields that the contract has beside its example: other kinds of store, ranges, expressions, cluster policies.
        string[] elsewhere = ["Cidrs", "MatchExpressions", "NamespaceSelector", "S3", "Folder"];
        foreach (var property in typeof(RecordingPolicySpec).GetProperties().Concat(typeof(TargetSpec).GetProperties()).Concat(typeof(MaskingSpec).GetProperties())
            .Where(property => !elsewhere.Contains(property.Name)))
            Assert.Contains(written, path => path.EndsWith("." + char.ToLowerInvariant(property.Name[0]) + property.Name[1..], StringComparison.Ordinal));
    }

    [Fact]
    public void Least_policy_is_filled_in_with_the_defaults()
    {
        var run = PolicyText.Load(PolicyText.Least);

        Assert.Empty(run.Problems);
        var policy = run.Policy!;
        Assert.Equal((RecordingMode.Buffered, CaptureMode.Listeners, UnmatchedMode.Pass), (policy.Mode, policy.Capture, policy.Unmatched));
        Assert.Equal((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5)), (policy.FlushInterval, policy.HeadInterval));
        Assert.Equal(["*"], policy.Masking.Include);
        var target = Assert.Single(policy.Targets);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:8080"), target.Listen);
        Assert.Equal(("api.openai.com", 443), (target.Upstream!.Host, target.Upstream.Port));
        Assert.Equal((UpstreamTlsMode.Verify, UpstreamHostMode.Upstream), (target.Upstream.Tls, target.Upstream.HostHeader));
        Assert.StartsWith("sha256:", run.Digest, StringComparison.Ordinal);
    }

    [Fact]
    public void Short_flush_interval_shortens_the_head_interval_with_it()
    {
        var policy = PolicyText.Load(PolicyText.With("spool: { flushInterval: 2s }")).Policy!;

        Assert.Equal(TimeSpan.FromSeconds(2), policy.HeadInterval);
    }
}
