using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Merge;
using K8sRecorder.Policy.Tests.Selection;

namespace K8sRecorder.Policy.Tests.Merge;

/// <summary>The rules of merging, one by one. A name without a slash is a cluster policy.</summary>
public sealed class MergeTests
{
    [Theory]
    // mode
    [InlineData("mode", "Strict", "c|mode: Buffered", "a/p|mode: Strict")]
    [InlineData("mode", "Strict", "c|mode: Strict", "a/p|mode: BestEffort")]
    [InlineData("mode", "Buffered", "c|", "a/p|mode: BestEffort")]
    [InlineData("mode", "BestEffort", "c|mode: BestEffort", "a/p|mode: BestEffort")]
    // capture.mode
    [InlineData("capture", "Redirect", "c|capture: { mode: Proxy }", "a/p|capture: { mode: Redirect }")]
    [InlineData("capture", "Redirect", "c|", "a/p|capture: { mode: Proxy }")]
    [InlineData("capture", "Proxy", "c|capture: { mode: Proxy }", "a/p|capture: { mode: Proxy }")]
    // unmatched
    [InlineData("unmatched", "Deny", "c|capture: { unmatched: Record }", "a/p|capture: { unmatched: Deny }")]
    [InlineData("unmatched", "Deny", "c|capture: { unmatched: Deny }", "a/p|capture: { unmatched: Pass }")]
    [InlineData("unmatched", "Record", "c|capture: { unmatched: Pass }", "a/p|capture: { unmatched: Record }")]
    [InlineData("unmatched", "Record", "c|", "a/p|capture: { unmatched: Pass }")]
    [InlineData("unmatched", "Pass", "c|capture: { unmatched: Pass }", "a/p|capture: { unmatched: Pass }")]
    [InlineData("unmatched", "Record", "c|capture: { unmatched: Pass }", "a/p|")]
    // uninterceptable
    [InlineData("uninterceptable", "Deny", "c|capture: { uninterceptable: RecordMetadata }", "a/p|capture: { uninterceptable: Deny }")]
    [InlineData("uninterceptable", "Deny", "c|", "a/p|capture: { uninterceptable: RecordMetadata }")]
    [InlineData("uninterceptable", "RecordMetadata", "c|capture: { uninterceptable: RecordMetadata }", "a/p|capture: { uninterceptable: RecordMetadata }")]
    // inbound
    [InlineData("inbound", "Record", "c|capture: { inbound: Pass }", "a/p|capture: { inbound: Record }")]
    [InlineData("inbound", "Record", "c|", "a/p|capture: { inbound: Pass }")]
    [InlineData("inbound", "Pass", "c|capture: { inbound: Pass }", "a/p|capture: { inbound: Pass }")]
    // record: the one that records more
    [InlineData("bodyLimit", "2097152", "c|record: { bodies: { limit: 1Mi } }", "a/p|record: { bodies: { limit: 2Mi } }")]
    [InlineData("bodyLimit", "16777216", "c|record: { bodies: { limit: 1Mi } }", "a/p|")]
    [InlineData("rows", "All", "c|record: { rows: Count }", "a/p|record: { rows: All }")]
    [InlineData("rows", "First(20)", "c|record: { rows: First(3) }", "a/p|record: { rows: First(20) }")]
    [InlineData("rows", "First(3)", "c|record: { rows: First(3) }", "a/p|record: { rows: Count }")]
    // the cluster's, else the smaller
    [InlineData("maxAge", "7200000", "c|session: { maxAge: 2h }", "a/p|session: { maxAge: 1h }")]
    [InlineData("maxAge", "3600000", "a/o|session: { maxAge: 2h }", "a/p|session: { maxAge: 1h }")]
    [InlineData("maxAge", "3600000", "c|", "a/p|session: { maxAge: 1h }")]
    [InlineData("idleTimeout", "600000", "c|session: { idleTimeout: 10m }", "a/p|session: { idleTimeout: 5m }")]
    [InlineData("idleTimeout", "300000", "a/o|session: { idleTimeout: 10m }", "a/p|session: { idleTimeout: 5m }")]
    [InlineData("flushInterval", "30000", "c|spool: { flushInterval: 30s }", "a/p|spool: { flushInterval: 10s }")]
    [InlineData("headInterval", "1000", "a/o|spool: { headInterval: 1s }", "a/p|spool: { headInterval: 2s }")]
    [InlineData("spoolSizeLimit", "8388608", "c|spool: { sizeLimit: 8Mi }", "a/p|spool: { sizeLimit: 4Mi }")]
    [InlineData("spoolSizeLimit", "8388608", "a/o|spool: { sizeLimit: 8Mi }", "a/p|spool: { sizeLimit: 4Mi }")]
    [InlineData("bytesPerSession", "5", "c|limits: { bytesPerSession: 5 }", "a/p|limits: { bytesPerSession: 4 }")]
    [InlineData("recordsPerSecond", "4", "a/o|limits: { recordsPerSecond: 5 }", "a/p|limits: { recordsPerSecond: 4 }")]
    [InlineData("openChannels", "4", "c|", "a/p|limits: { openChannels: 4 }")]
    // retention: at least the longest
    [InlineData("retentionDays", "90", "c|retention: { days: 30 }", "a/p|retention: { days: 90 }")]
    [InlineData("retentionDays", "30", "c|retention: { days: 30 }", "a/p|")]
    // store: the cluster's, else the namespaced one's
    [InlineData("store", "main", "c|store: { name: main }", "a/p|store: { name: other }")]
    [InlineData("store", "other", "c|", "a/p|store: { name: other }")]
    [InlineData("store", "main", "c|store: { name: main }", "d|store: { name: main }")]
    [InlineData("store", "main", "c|store: { name: main }", "a/o|store: { name: x }", "a/p|store: { name: y }")]
    // masking
    [InlineData("include", "*,cloud", "c|", "a/p|masking: { detectors: { include: [ cloud ] } }")]
    [InlineData("exclude", "", "c|", "a/p|masking: { detectors: { exclude: [ card ] } }")]
    [InlineData("exclude", "card", "c|masking: { detectors: { exclude: [ card, openai-key ] } }", "a/p|masking: { detectors: { exclude: [ card ] } }")]
    [InlineData("exclude", "card", "c|masking: { detectors: { exclude: [ \"c*\" ] } }", "a/p|masking: { detectors: { exclude: [ card ] } }")]
    [InlineData("exclude", "ca*", "c|masking: { detectors: { exclude: [ \"c*\" ] } }", "a/p|masking: { detectors: { exclude: [ \"ca*\" ] } }")]
    [InlineData("rules", "a=EMP/64", "c|masking: { rules: [ { name: a, pattern: EMP, maxLength: 8 } ] }", "a/p|masking: { rules: [ { name: a, pattern: EMP, maxLength: 64 } ] }")]
    [InlineData("rules", "a=EMP/1024,a-2=STAFF/1024", "c|masking: { rules: [ { name: a, pattern: EMP } ] }", "a/p|masking: { rules: [ { name: a, pattern: STAFF } ] }")]
    [InlineData("headers", "x-a,x-b", "c|masking: { headers: [ X-A ] }", "a/p|masking: { headers: [ x-a, x-b ] }")]
    [InlineData("json", "$.a,$.b", "c|masking: { json: [ $.a ] }", "a/p|masking: { json: [ $.b ] }")]
    [InlineData("columns", "ssn,card", "c|masking: { columns: [ ssn ] }", "a/p|masking: { columns: [ card ] }")]
    [InlineData("inline", "True", "c|masking: { inline: false }", "a/p|masking: { inline: true }")]
    [InlineData("tagGuessable", "card", "c|masking: { tagGuessable: [ card ] }", "a/p|masking: { tagGuessable: [ email ] }")]
    [InlineData("tagGuessable", "email", "c|", "a/p|masking: { tagGuessable: [ email ] }")]
    // what POLICY says nothing of: all run keys, all authorities
    [InlineData("runKeys", "x-a,x-b", "c|runKeys: [ { header: x-a } ]", "a/p|runKeys: [ { header: X-A }, { header: x-b } ]")]
    [InlineData("additionalCAs", "corp,team", "c|trust: { additionalCAs: { secretName: corp } }", "a/p|trust: { additionalCAs: { secretName: team } }")]
    public void Field_is_merged(string field, string expected, params string[] policies)
    {
        var merged = Merges.Of(policies);
        var backwards = Merges.Of([.. policies.Reverse()]);

        Assert.Equal(expected, Merges.Read(merged.Policy!, field));
        Assert.Equal(merged.Digest, backwards.Digest);
    }

    [Theory]
    [InlineData("c|store: { name: main }", "d|store: { name: other }")]
    [InlineData("a/o|store: { name: main }", "a/p|store: { name: other }")]
    public void Two_stores_at_one_level_are_a_conflict_and_nothing_is_in_force(params string[] policies)
    {
        var merged = Merges.Of(policies);

        Assert.Null(merged.Policy);
        var problem = Assert.Single(merged.Problems);
        Assert.Equal((MergeProblemReason.StoreConflict, true, 2), (problem.Reason, problem.IsBlocking, problem.Sources.Count));
    }

    [Theory]
    [InlineData("unmatched", "Record", "a/p|capture: { unmatched: Pass }")]
    [InlineData("inbound", "Record", "a/p|capture: { inbound: Pass }")]
    public void Pass_without_a_cluster_policy_is_not_heeded_and_said_to_be(string field, string expected, params string[] policies)
    {
        var merged = Merges.Of(policies);

        Assert.Equal(expected, Merges.Read(merged.Policy!, field));
        Assert.Equal((MergeProblemReason.PassNeedsClusterPolicy, false), Assert.Single(merged.Problems.Select(problem => (problem.Reason, problem.IsBlocking))));
    }

    [Fact]
    public void Pass_is_heeded_where_little_is_seen_anyway() =>
        Assert.Equal("Pass", Merges.Read(Merges.Of("a/p|capture: { mode: Proxy, unmatched: Pass }").Policy!, "unmatched"));

    [Fact]
    public void Intervals_of_different_authors_fit_each_other()
    {
        var merged = Merges.Of("c|spool: { flushInterval: 2s }", "a/p|spool: { headInterval: 30s }, session: { idleTimeout: 2h }", "d|session: { maxAge: 1h }").Policy!;

        Assert.True(merged.HeadInterval <= merged.FlushInterval);
        Assert.True(merged.IdleTimeout <= merged.MaxAge);
    }

    [Fact]
    public void Every_source_is_named_and_order_changes_nothing()
    {
        string[] policies = ["b|", "a|mode: Strict", "z/q|", "z/p|"];
        var merged = Merges.Of(policies);

        Assert.Equal(["ClusterRecordingPolicy a", "ClusterRecordingPolicy b", "RecordingPolicy z/p", "RecordingPolicy z/q"], merged.Sources.Select(source => source.ToString()));
        Assert.Equal(merged.Sources, merged.Policy!.Sources);
        var random = new Random(1);
        for (var round = 0; round < 10; round++)
            Assert.Equal(merged.Digest, Merges.Of([.. policies.OrderBy(_ => random.Next())]).Digest);
    }

    [Fact]
    public void No_policy_means_the_defaults_and_all_is_redirected()
    {
        var merged = Merges.Of();

        Assert.Equal(("Redirect", "Record", "Record", "Deny", "Buffered"),
            (Merges.Read(merged.Policy!, "capture"), Merges.Read(merged.Policy!, "unmatched"), Merges.Read(merged.Policy!, "inbound"), Merges.Read(merged.Policy!, "uninterceptable"), Merges.Read(merged.Policy!, "mode")));
    }

    [Fact]
    public void One_policy_means_what_it_means_alone()
    {
        const string spec = "mode: Strict, session: { maxAge: 10m }, spool: { flushInterval: 3s }, limits: { openChannels: 7 }, targets: [ { name: b, hosts: [ b.com ] }, { name: a, hosts: [ \"*.a.com\" ], protocol: HTTP, guard: [ { name: g, deny: { method: [ PUT ] } } ] } ]";
        var document = Pods.Policy("a/p", spec);

        Assert.Equal(PolicyDigest.Of(EffectivePolicyBuilder.Build(document, Model.CaptureMode.Redirect)), PolicyMerge.Merge([document]).Digest);
    }

    [Fact]
    public void Two_tokens_at_one_level_are_a_conflict()
    {
        const string token = "identity: {{ jwt: {{ header: x, issuer: \"https://{0}\", audiences: [ a ] }} }}";
        var one = string.Format(null, token, "one");

        Assert.Equal(MergeProblemReason.IdentityConflict, Assert.Single(Merges.Of("a/p|" + one, "a/q|" + string.Format(null, token, "two")).Problems).Reason);
        Assert.Equal("https://one", Merges.Of("c|" + one, "a/q|" + string.Format(null, token, "two")).Policy!.Jwt!.Issuer);
    }

    [Fact]
    public void More_policies_than_admission_has_time_for_are_refused()
    {
        var merged = Merges.Of([.. Enumerable.Range(0, 33).Select(i => $"a/p{i}|")]);

        Assert.Equal((true, MergeProblemReason.TooLarge), (merged.Policy is null, Assert.Single(merged.Problems).Reason));
        Assert.NotNull(Merges.Of([.. Enumerable.Range(0, 32).Select(i => $"a/p{i}|")]).Policy);
    }

    [Fact]
    public void More_rules_than_a_recorder_takes_are_refused()
    {
        var rules = string.Join(", ", Enumerable.Range(0, 100).Select(i => $"{{ name: r{i}, pattern: \"PQ{i}\" }}"));
        var others = rules.Replace("PQ", "XY", StringComparison.Ordinal);

        Assert.Equal(MergeProblemReason.TooLarge, Assert.Single(Merges.Of($"c|masking: {{ rules: [ {rules} ] }}", $"a/p|masking: {{ rules: [ {others} ] }}").Problems).Reason);
    }
}
