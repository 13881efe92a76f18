using K8sRecorder.Policy.Selection;

namespace K8sRecorder.Policy.Tests.Selection;

/// <summary>Which policies a pod gets.</summary>
public sealed class SelectionTests
{
    private static readonly (string, string)[] App = [("app", "planner"), ("tier", "gold")];

    [Theory]
    [InlineData("", true)]
    [InlineData("matchLabels: { app: planner }", true)]
    [InlineData("matchLabels: { app: planner, tier: silver }", false)]
    [InlineData("matchLabels: { other: x }", false)]
    [InlineData("matchExpressions: [ { key: app, operator: In, values: [ a, planner ] } ]", true)]
    [InlineData("matchExpressions: [ { key: app, operator: In, values: [ a ] } ]", false)]
    [InlineData("matchExpressions: [ { key: other, operator: In, values: [ a ] } ]", false)]
    [InlineData("matchExpressions: [ { key: app, operator: NotIn, values: [ planner ] } ]", false)]
    [InlineData("matchExpressions: [ { key: other, operator: NotIn, values: [ a ] } ]", true)]
    [InlineData("matchExpressions: [ { key: app, operator: Exists } ]", true)]
    [InlineData("matchExpressions: [ { key: other, operator: Exists } ]", false)]
    [InlineData("matchExpressions: [ { key: app, operator: DoesNotExist } ]", false)]
    [InlineData("matchExpressions: [ { key: other, operator: DoesNotExist } ]", true)]
    [InlineData("matchLabels: { app: planner }, matchExpressions: [ { key: tier, operator: NotIn, values: [ gold ] } ]", false)]
    public void Selector_is_read_as_kubernetes_reads_it(string selector, bool matches)
    {
        var selected = PolicySelection.Of(Pods.In("a", "enabled", App), [Pods.Policy("a/p", $"selector: {{ {selector} }}")]);

        Assert.Equal((matches, matches ? 1 : 0), (selected.IsSelected, selected.Applying.Count));
    }

    [Theory]
    [InlineData("selector: { }", true, true)]
    [InlineData("selector: { }, namespaceSelector: { matchLabels: { team: a } }", true, true)]
    [InlineData("selector: { }, namespaceSelector: { matchLabels: { team: b } }", false, false)]
    [InlineData("selector: { matchLabels: { app: x } }", false, false)]
    [InlineData("", false, true)]
    [InlineData("namespaceSelector: { }", false, true)]
    [InlineData("namespaceSelector: { matchLabels: { team: b } }", false, false)]
    public void Cluster_policy_without_a_selector_is_the_floor_and_selects_nobody(string spec, bool isSelected, bool applies)
    {
        var selected = PolicySelection.Of(Pods.In("a", "enabled", App), [Pods.Policy("floor", spec)]);

        Assert.Equal((isSelected, applies), (selected.IsSelected, selected.Applying.Count == 1));
    }

    [Theory]
    [InlineData("agents", "RecordingPolicy a/agents")]
    [InlineData("wide", "ClusterRecordingPolicy wide")]
    [InlineData("both", "RecordingPolicy a/both")]
    [InlineData("matching", "RecordingPolicy a/matching")]
    public void Named_policy_is_that_of_the_namespace_else_that_of_the_cluster(string name, string expected)
    {
        const string Elsewhere = "selector: { matchLabels: { nobody: has } }";
        RecordingPolicyDocument[] policies =
        [
            Pods.Policy("a/agents"), Pods.Policy("b/agents"), Pods.Policy("wide", Elsewhere), Pods.Policy("both", Elsewhere), Pods.Policy("a/both"), Pods.Policy("a/matching", Elsewhere),
        ];

        var selected = PolicySelection.Of(Pods.In("a", "enabled", annotations: [("k8srecorder.io/policy", name)]), policies);

        Assert.Equal((true, null), (selected.IsSelected, selected.Missing));
        Assert.Equal([expected], Merged(selected));
    }

    [Fact]
    public void Policies_of_other_namespaces_are_nothing_to_a_pod() =>
        Assert.Empty(PolicySelection.Of(Pods.In("a", "enabled", App), [Pods.Policy("b/p", "selector: { }")]).Applying);

    [Fact]
    public void All_that_apply_come_in_one_order()
    {
        RecordingPolicyDocument[] policies = [Pods.Policy("a/z", "selector: { }"), Pods.Policy("y", "selector: { }"), Pods.Policy("a/b", "selector: { }"), Pods.Policy("x")];

        Assert.Equal(["ClusterRecordingPolicy x", "ClusterRecordingPolicy y", "RecordingPolicy a/b", "RecordingPolicy a/z"],
            Merged(PolicySelection.Of(Pods.In("a", "enabled"), policies)));
    }

    [Theory]
    [InlineData(null, RecordingOutcome.Skip)]
    [InlineData("enabled", RecordingOutcome.Skip)]
    [InlineData("required", RecordingOutcome.Refuse)]
    public void Pod_that_names_a_policy_that_is_not_there_is_not_recorded_by_another(string? label, RecordingOutcome outcome)
    {
        var pod = Pods.In("a", label, annotations: [("k8srecorder.io/policy", "gone"), ("k8srecorder.io/record", "true")]);

        var decision = RecordingDecision.For(pod, PolicySelection.Of(pod, [Pods.Policy("floor"), Pods.Policy("b/gone")]));

        Assert.Equal(new RecordingDecision(outcome, NotRecordedReason.PolicyNotFound), decision);
    }

    [Fact]
    public void Pod_that_is_annotated_and_that_no_policy_is_for_is_injected()
    {
        var pod = Pods.In("a", null, annotations: [("k8srecorder.io/record", "true")]);

        Assert.Equal(RecordingOutcome.Inject, RecordingDecision.For(pod, PolicySelection.Of(pod, [])).Outcome);
    }

    private static IEnumerable<string> Merged(SelectedPolicies selected) => selected.Applying.Select(policy => $"{policy.Kind} {(policy.Metadata.Namespace is { } ns ? ns + "/" : "")}{policy.Metadata.Name}");
}
