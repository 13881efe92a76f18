using K8sRecorder.Policy.Merge;

namespace K8sRecorder.Policy.Tests.Merge;

/// <summary>Targets of several policies: what one denies no other lets through.</summary>
public sealed class TargetMergeTests
{
    private const string Put = "guard: [ { name: put, deny: { method: [ PUT ] } } ]";
    private const string Post = "guard: [ { name: post, deny: { method: [ POST ] } } ]";

    [Fact]
    public void Target_that_both_have_gets_both_guards()
    {
        var merged = Merges.Of($"c|targets: [ {{ name: t, hosts: [ a.com ], ports: [ 443 ], protocol: HTTP, {Put} }} ]", $"a/p|targets: [ {{ name: t, hosts: [ A.com ], ports: [ 443 ], protocol: HTTP, {Post} }} ]");

        Assert.Equal(["t a.com HTTP [put post]"], Merges.Targets(merged));
        Assert.Empty(merged.Problems);
    }

    [Fact]
    public void Same_rule_stands_once_and_another_of_the_name_gets_its_own()
    {
        const string a = "targets: [ { name: t, hosts: [ a.com ], protocol: HTTP, guard: [ { name: g, deny: { method: [ PUT ] } }, { name: h, deny: { method: [ GET ] } } ] } ]";
        const string b = "targets: [ { name: t, hosts: [ a.com ], protocol: HTTP, guard: [ { name: g, deny: { method: [ PUT ] } }, { name: h, deny: { method: [ POST ] } } ] } ]";

        Assert.Equal(["t a.com HTTP [g h h-2]"], Merges.Targets(Merges.Of("c|" + a, "a/p|" + b)));
    }

    [Fact]
    public void Approval_is_the_larger_number_and_the_shorter_time()
    {
        const string target = "targets: [ {{ name: t, hosts: [ a.com ], protocol: HTTP, approval: {{ {0} }} }} ]";
        var approval = Merges.Of("c|" + string.Format(null, target, "required: true, approvers: 1, ttl: 1h"), "a/p|" + string.Format(null, target, "required: false, approvers: 3, ttl: 2h")).Policy!.Targets[0].Approval!;

        Assert.Equal((true, 3, TimeSpan.FromHours(1)), (approval.Required, approval.Approvers, approval.Ttl));
    }

    [Fact]
    public void Targets_of_other_hosts_or_ports_stay_apart_under_names_of_their_own() =>
        Assert.Equal(["t a.com HTTP [put]", "t-2 b.com HTTP [post]"],
            Merges.Targets(Merges.Of($"c|targets: [ {{ name: t, hosts: [ a.com ], protocol: HTTP, {Put} }} ]", $"a/p|targets: [ {{ name: t, hosts: [ b.com ], protocol: HTTP, {Post} }} ]")));

    [Theory]
    [InlineData("hosts: [ api.a.com ]", "hosts: [ api.a.com ]", "floor api.a.com HTTP [put]")]
    [InlineData("hosts: [ \"*.a.com\" ]", "hosts: [ api.a.com ]", "mine api.a.com HTTP [put]")]
    [InlineData("hosts: [ \"*.a.com\" ]", "hosts: [ \"*.b.a.com\" ]", "mine *.b.a.com HTTP [put]")]
    [InlineData("cidrs: [ 10.0.0.0/8 ]", "hosts: [ db.svc ]", "mine db.svc HTTP [put]")]
    [InlineData("cidrs: [ 10.0.0.0/8 ]", "cidrs: [ 10.1.0.0/16 ]", "mine 10.1.0.0/16 HTTP [put]")]
    [InlineData("cidrs: [ 10.0.0.0/8 ]", "hosts: [ 10.1.2.3 ]", "mine 10.1.2.3 HTTP [put]")]
    [InlineData("hosts: [ api.a.com ]", "listen: \"127.0.0.1:1\", upstream: { address: \"api.a.com:443\" }", "mine  HTTP [put]")]
    [InlineData("hosts: [ api.a.com ]", "listen: \"127.0.0.1:1\", upstream: { address: \"10.0.0.9:443\", tls: { serverName: api.a.com } }", "mine  HTTP [put]")]
    public void Target_of_a_tenant_has_the_rules_of_the_floor_that_it_reaches_into(string floor, string tenant, string expected) =>
        Assert.Contains(expected, Merges.Targets(Merges.Of($"c|targets: [ {{ name: floor, {floor}, protocol: HTTP, {Put} }} ]", $"a/p|targets: [ {{ name: mine, {tenant}, protocol: HTTP }} ]")));

    [Theory]
    [InlineData("hosts: [ a.com ]", "hosts: [ b.com ]")]
    [InlineData("hosts: [ \"*.a.com\" ]", "hosts: [ a.com ]")]
    [InlineData("hosts: [ a.com ], ports: [ 443 ]", "hosts: [ a.com ], ports: [ 80 ]")]
    [InlineData("cidrs: [ 10.0.0.0/8 ]", "cidrs: [ 11.0.0.0/8 ]")]
    [InlineData("cidrs: [ 10.0.0.0/8 ]", "hosts: [ 11.0.0.1 ]")]
    public void Target_that_reaches_nothing_of_the_floor_has_only_its_own(string floor, string tenant) =>
        Assert.Contains(Merges.Targets(Merges.Of($"c|targets: [ {{ name: floor, {floor}, protocol: HTTP, {Put} }} ]", $"a/p|targets: [ {{ name: mine, {tenant}, protocol: HTTP }} ]")),
            line => line.StartsWith("mine ", StringComparison.Ordinal) && line.EndsWith("[]", StringComparison.Ordinal));

    [Fact]
    public void Single_host_of_a_tenant_is_not_swallowed_by_the_wildcard_of_the_floor() =>
        Assert.Equal(["mine api.a.com HTTP [post put]", "floor *.a.com HTTP [put]"],
            Merges.Targets(Merges.Of($"c|targets: [ {{ name: floor, hosts: [ \"*.a.com\" ], protocol: HTTP, {Put} }} ]", $"a/p|targets: [ {{ name: mine, hosts: [ api.a.com ], protocol: HTTP, {Post} }} ]")));

    /// <summary>By hand the first in the file takes; a second policy changes nothing of that.</summary>
    [Fact]
    public void Targets_of_one_policy_keep_their_order() =>
        Assert.Equal(["all *.a.com HTTP [put]", "one api.a.com HTTP []", "x x.com Auto []"],
            Merges.Targets(Merges.Of($"c|targets: [ {{ name: all, hosts: [ \"*.a.com\" ], protocol: HTTP, {Put} }}, {{ name: one, hosts: [ api.a.com ], protocol: HTTP }} ]", "a/p|targets: [ { name: x, hosts: [ x.com ] } ]"))
                .OrderBy(line => line.StartsWith('x') ? 1 : 0));

    [Fact]
    public void Rule_makes_known_what_is_spoken() =>
        Assert.Equal(["mine api.a.com HTTP [put]", "floor *.a.com HTTP [put]"],
            Merges.Targets(Merges.Of($"c|targets: [ {{ name: floor, hosts: [ \"*.a.com\" ], protocol: HTTP, {Put} }} ]", "a/p|targets: [ { name: mine, hosts: [ api.a.com ] } ]")));

    [Theory]
    [InlineData("hosts: [ api.a.com ], protocol: TCP")]
    [InlineData("listen: \"127.0.0.1:1\", protocol: TCP, upstream: { address: \"api.a.com:443\" }")]
    public void Target_of_a_tenant_that_reads_the_floors_traffic_as_bytes_is_left_out(string tenant)
    {
        var merged = Merges.Of($"c|targets: [ {{ name: floor, hosts: [ \"*.a.com\" ], protocol: HTTP, {Put} }} ]", $"a/p|targets: [ {{ name: mine, {tenant} }} ]");

        Assert.Equal(["floor *.a.com HTTP [put]"], Merges.Targets(merged));
        Assert.Equal((MergeProblemReason.TargetConflict, false), Assert.Single(merged.Problems.Select(problem => (problem.Reason, problem.IsBlocking))));
    }

    [Fact]
    public void Two_protocols_at_one_level_are_a_conflict()
    {
        var merged = Merges.Of("c|targets: [ { name: x, hosts: [ a.com ], protocol: HTTP } ]", "d|targets: [ { name: y, hosts: [ a.com ], protocol: TCP } ]");

        Assert.Null(merged.Policy);
        Assert.Equal(MergeProblemReason.TargetConflict, Assert.Single(merged.Problems).Reason);
    }

    [Theory]
    [InlineData("a/p", false, MergeProblemReason.PassNeedsClusterPolicy)]
    [InlineData("c", true, null)]
    public void Tls_that_is_not_opened_needs_a_cluster_policy(string name, bool isPassed, MergeProblemReason? problem)
    {
        var merged = Merges.Of(name + "|targets: [ { name: t, hosts: [ \"*.com\" ], upstream: { tls: { mode: Passthrough } } } ]", "a/o|");

        Assert.Equal((isPassed, problem), (merged.Policy!.Targets[0].IsPassthrough, merged.Problems.Select(found => (MergeProblemReason?)found.Reason).SingleOrDefault()));
    }

    [Fact]
    public void What_one_lets_through_unread_and_another_judges_is_opened()
    {
        var merged = Merges.Of("c|targets: [ { name: t, hosts: [ a.com ], upstream: { tls: { mode: Passthrough } } } ]", $"a/p|targets: [ {{ name: u, hosts: [ a.com ], protocol: HTTP, {Put} }} ]");

        Assert.All(merged.Policy!.Targets, target => Assert.False(target.IsPassthrough));
        Assert.All(merged.Policy!.Targets, target => Assert.Equal("put", Assert.Single(target.Guard).Name));
    }

    [Theory]
    [InlineData("c", false)]
    [InlineData("a/o", true)]
    public void Listener_belongs_to_one(string first, bool isBlocking)
    {
        const string target = "targets: [ {{ name: {0}, listen: \"127.0.0.1:1\", protocol: TCP, upstream: {{ address: \"{0}:1\" }} }} ]";
        var merged = Merges.Of($"{first}|" + string.Format(null, target, "x"), "a/p|" + string.Format(null, target, "y"));

        Assert.Equal((MergeProblemReason.ListenerConflict, isBlocking), Assert.Single(merged.Problems.Select(problem => (problem.Reason, problem.IsBlocking))));
        Assert.Equal(isBlocking, merged.Policy is null);
    }

    [Fact]
    public void Tenant_does_not_listen_where_the_floor_leads_to()
    {
        var merged = Merges.Of("c|targets: [ { name: x, listen: \"127.0.0.1:1\", protocol: TCP, upstream: { address: \"127.0.0.1:2\" } } ]", "a/p|targets: [ { name: y, listen: \"127.0.0.1:2\", protocol: TCP, upstream: { address: \"b:1\" } } ]");

        Assert.Equal("x", Assert.Single(merged.Policy!.Targets).Name);
    }

    [Fact]
    public void Credentials_and_upstream_are_the_clusters()
    {
        const string target = "targets: [ {{ name: t, listen: \"127.0.0.1:1\", protocol: HTTP, upstream: {{ address: \"{0}:443\" }}, credentials: {{ secretName: {0}, kind: Header, header: Authorization }} }} ]";
        var merged = Merges.Of("a/p|" + string.Format(null, target, "tenant"), "c|" + string.Format(null, target, "floor"));

        Assert.Equal(("floor", "floor"), (merged.Policy!.Targets[0].Credentials!.SecretName, merged.Policy.Targets[0].Upstream!.Host));
        Assert.Equal([MergeProblemReason.TargetConflict, MergeProblemReason.CredentialsConflict], merged.Problems.Select(problem => problem.Reason));
        Assert.Null(Merges.Of("a/p|" + string.Format(null, target, "one"), "a/q|" + string.Format(null, target, "two")).Policy);
    }

    [Fact]
    public void Too_many_targets_are_refused()
    {
        var targets = (string prefix) => string.Join(", ", Enumerable.Range(0, 200).Select(i => $"{{ name: {prefix}{i}, hosts: [ {prefix}{i}.com ] }}"));

        Assert.Equal(MergeProblemReason.TooLarge, Assert.Single(Merges.Of($"c|targets: [ {targets("a")} ]", $"a/p|targets: [ {targets("b")} ]").Problems).Reason);
    }

    /// <summary>Whatever the policies are: every rule of the floor stands on every target that reaches into its own.</summary>
    [Fact]
    public void Floor_is_never_below_what_it_says_alone()
    {
        string[] hosts = ["a.com", "*.com", "*.a.com", "b.a.com", "c.b.a.com", "d.net", "*.net"];
        var random = new Random(7);
        for (var round = 0; round < 60; round++)
        {
            var floor = string.Join(", ", Enumerable.Range(0, 3).Select(i => $"{{ name: f{i}, hosts: [ \"{hosts[random.Next(hosts.Length)]}\" ], protocol: HTTP, guard: [ {{ name: floor{i}, deny: {{ path: [ /{i} ] }} }} ] }}"));
            var tenant = string.Join(", ", Enumerable.Range(0, 3).Select(i => $"{{ name: t{i}, hosts: [ \"{hosts[random.Next(hosts.Length)]}\" ] }}"));
            var alone = Merges.Of($"c|targets: [ {floor} ]").Policy!.Targets;
            var merged = Merges.Of($"c|targets: [ {floor} ]", $"a/p|targets: [ {tenant} ]").Policy!.Targets;
            foreach (var host in hosts.Select(host => host.Replace("*", "x", StringComparison.Ordinal)))
            {
                var before = alone.FirstOrDefault(target => Takes(target.Hosts, host));
                var after = merged.FirstOrDefault(target => Takes(target.Hosts, host));
                if (before is not null)
                    Assert.Subset(after!.Guard.Select(rule => rule.Name).ToHashSet(), before.Guard.Select(rule => rule.Name).ToHashSet());
            }
        }
    }

    private static bool Takes(IReadOnlyList<string> hosts, string name) =>
        hosts.Any(host => host == name || (host.StartsWith("*.", StringComparison.Ordinal) && name.EndsWith(host[1..], StringComparison.Ordinal)));
}
