using System.Text;

namespace K8sRecorder.Policy.Tests;

/// <summary>What is not enforced is refused, also where only a default would stand for it.</summary>
public sealed class EnforcementTests
{
    private const string NotEnforced = "is not enforced by this build; remove it";

    [Theory]
    [InlineData("capture: { mode: Listeners }")]
    [InlineData("record: { rows: All }")]
    [InlineData("capture: { mode: Redirect, inbound: Record, unmatched: Deny, uninterceptable: RecordMetadata }\ntrust: { additionalCAs: { secretName: corp-ca } }")]
    [InlineData("capture: { mode: Proxy, unmatched: Deny, uninterceptable: RecordMetadata }\ntrust: { additionalCAs: { secretName: corp-ca } }")]
    [InlineData("masking: { inline: false }")]
    [InlineData("masking: { detectors: { include: [ cloud, \"open*\" ], exclude: [ card ] }, tagGuessable: [ card ] }")]
    [InlineData("selector: { matchLabels: { app: planner } }")]
    public void Field_that_is_true_is_taken(string spec) => Assert.Empty(PolicyText.ProblemsWith(spec));

    [Theory]
    [InlineData("capture: { mode: Proxy, inbound: Pass }", "spec.capture.inbound: " + NotEnforced)]
    [InlineData("capture: { unmatched: Pass }", "spec.capture.unmatched: " + NotEnforced)]
    [InlineData("identity: { }", "spec.identity: " + NotEnforced)]
    [InlineData("masking: { columns: [ ssn ] }", "spec.masking.columns: " + NotEnforced)]
    [InlineData("masking: { inline: true }", "spec.masking.inline: is enforced by this build only as false; \"true\" is not")]
    [InlineData("retention: { days: 3 }", "spec.retention: " + NotEnforced)]
    public void Field_that_is_not_enforced_is_refused(string spec, string problem) =>
        Assert.Equal(["agents.yaml:7: " + problem], PolicyText.ProblemsWith(spec));

    [Theory]
    [InlineData("protocol: Auto", "protocol: is enforced by this build only as HTTP, TCP; \"Auto\" is not")]
    [InlineData("protocol: SSH", "protocol: is enforced by this build only as HTTP, TCP; \"SSH\" is not")]
    [InlineData("hosts: [ other.com ]", "hosts: names more than upstream.address; this build records only what comes through the listener: give the rest targets of their own")]
    [InlineData("ports: [ 80, 443 ]", "ports: names more than upstream.address; this build records only what comes through the listener: give the rest targets of their own")]
    [InlineData("cidrs: [ 10.0.0.0/8 ]", "cidrs: is not enforced by this build; name the upstream by upstream.address")]
    [InlineData("guard: [ { name: a, deny: { pattern: b } } ]", "guard[0].deny.pattern: " + NotEnforced)]
    [InlineData("upstream: { address: \"a.com:443\", tls: { caSecretName: a } }", "upstream.tls.caSecretName: " + NotEnforced)]
    [InlineData("approval: { required: false }", "approval: " + NotEnforced)]
    public void Target_field_that_is_not_enforced_is_refused(string field, string problem)
    {
        var fields = new Dictionary<string, string> { ["upstream"] = "upstream: { address: \"a.com:443\" }", ["protocol"] = "protocol: HTTP" };
        fields[field[..field.IndexOf(':', StringComparison.Ordinal)]] = field;

        Assert.Equal(["agents.yaml:7: spec.targets[1]." + problem],
            PolicyText.Load(PolicyText.Least + $"    - {{ name: a, listen: \"127.0.0.1:1\", {string.Join(", ", fields.Values)} }}\n").Problems.Select(found => found.ToString()));
    }

    [Theory]
    [InlineData("hosts: [ \"*.openai.com\" ], ports: [ 443 ]")]
    [InlineData("cidrs: [ 10.0.0.0/8 ], protocol: TCP")]
    public void Target_without_listener_is_taken_where_traffic_is_redirected(string fields) =>
        Assert.Empty(PolicyText.Load($"{PolicyText.Least}    - {{ name: a, {fields} }}\n  capture: {{ mode: Redirect }}\n").Problems);

    [Theory]
    [InlineData("listen: \"127.0.0.1:1\", protocol: TCP, upstream: { address: \"a.com:443\", tls: { mode: Passthrough } }", null)]
    [InlineData("hosts: [ a.com ], upstream: { tls: { mode: Passthrough } }", null)]
    [InlineData("hosts: [ a.com ], protocol: HTTP, upstream: { tls: { mode: Passthrough } }", "protocol")]
    [InlineData("hosts: [ a.com ], upstream: { host: Upstream, tls: { mode: Passthrough } }", "upstream.host")]
    [InlineData("hosts: [ a.com ], protocol: HTTP, upstream: { tls: { mode: Passthrough } }, guard: [ { name: a, deny: { path: [ /b ] } } ]", "guard[0].deny")]
    public void Target_that_is_not_opened_has_nothing_that_needs_what_is_inside(string fields, string? refused)
    {
        var problems = PolicyText.Load($"{PolicyText.Least}    - {{ name: a, {fields} }}\n  capture: {{ mode: Proxy }}\n").Problems.Select(problem => problem.ToString()).ToList();

        if (refused is null)
            Assert.Empty(problems);
        else
            Assert.Contains($"agents.yaml:7: spec.targets[1].{refused}: needs what is inside, and upstream.tls.mode: Passthrough leaves that unread; remove one of the two", problems);
    }

    /// <summary>Captured traffic is not led elsewhere: what would say so is refused and not read over.</summary>
    [Theory]
    [InlineData("address: \"a.com:443\"", "address", "goes where the agent meant it to go")]
    [InlineData("host: Upstream", "host", "keeps the agent's own Host")]
    [InlineData("tls: { mode: Disable }", "tls.mode", "has TLS where the agent speaks it, and is verified then")]
    [InlineData("tls: { mode: Verify, serverName: b.com }", "tls.serverName", "is verified by the name that it asks for")]
    [InlineData("host: Preserve, tls: { mode: Verify }", null, "")]
    public void Upstream_of_a_captured_target_says_nothing_that_is_not_done(string upstream, string? refused, string instead)
    {
        foreach (var mode in new[] { "Redirect", "Proxy" })
        {
            var problems = PolicyText.Load($"{PolicyText.Least}    - {{ name: a, hosts: [ a.com ], upstream: {{ {upstream} }} }}\n  capture: {{ mode: {mode} }}\n").Problems;
            string[] expected = refused is null ? []
                : [$"agents.yaml:7: spec.targets[1].upstream.{refused}: says what becomes of a listener's traffic, and this target has no listen; captured traffic {instead}: remove it"];
            Assert.Equal(expected, problems.Select(problem => problem.ToString()));
        }
    }

    [Fact]
    public void Authorities_may_be_added_for_listeners_too() => Assert.Empty(PolicyText.ProblemsWith("trust: { additionalCAs: { secretName: corp-ca } }"));

    [Fact]
    public void Listener_does_not_find_out_what_is_spoken() =>
        Assert.Equal("agents.yaml:7: spec.targets[1].listen: needs a protocol that is written: at a listener this build does not find it out",
            Assert.Single(PolicyText.Load(PolicyText.Least + "    - { name: a, listen: \"127.0.0.1:1\", upstream: { address: \"a.com:80\" } }\n  capture: { mode: Redirect }\n").Problems).ToString());

    [Fact]
    public void Hosts_and_ports_that_say_what_the_upstream_says_are_taken() =>
        Assert.Empty(PolicyText.Load(PolicyText.Least + "    - { name: a, listen: \"127.0.0.1:1\", protocol: HTTP, hosts: [ A.com ], ports: [ 443 ], upstream: { address: \"a.com:443\" } }\n").Problems);

    [Theory]
    [InlineData("{ method: [ POST ], path: [ \"/a/*\" ] }")]
    [InlineData("{ tool: [ \"shell.*\" ] }")]
    public void Rules_of_http_are_taken(string deny) =>
        Assert.Empty(PolicyText.Load(PolicyText.Least + $"    - {{ name: a, listen: \"127.0.0.1:1\", protocol: HTTP, upstream: {{ address: \"a.com:443\" }}, guard: [ {{ name: a, deny: {deny} }} ] }}\n").Problems);

    [Theory]
    [InlineData("TCP", "{ tool: [ b ] }", "guard[0].deny.tool: has no meaning for protocol TCP, only for Auto, HTTP; remove it")]
    [InlineData("TCP", "{ path: [ /b ] }", "guard[0].deny.path: has no meaning for protocol TCP, only for Auto, HTTP; remove it")]
    [InlineData("Auto", "{ path: [ /b ] }", "guard: needs to know what is spoken: whoever spoke something else would pass it by; write protocol")]
    [InlineData("HTTP", "{ path: [ \"/b?c\" ] }", "guard[0].deny.path[0]: must be a glob over the path, such as /v1/files/*, without query, blanks and dot segments, not \"/b?c\"")]
    [InlineData("HTTP", "{ path: [ /a/../b ] }", "guard[0].deny.path[0]: must be a glob over the path, such as /v1/files/*, without query, blanks and dot segments, not \"/a/../b\"")]
    public void Rule_that_could_deny_nothing_is_refused(string protocol, string deny, string problem)
    {
        var text = PolicyText.Least + $"    - {{ name: a, listen: \"127.0.0.1:1\", protocol: {protocol}, upstream: {{ address: \"a.com:443\" }}, guard: [ {{ name: a, deny: {deny} }} ] }}\n";

        Assert.Contains("agents.yaml:7: spec.targets[1]." + problem, PolicyRun.Load(Encoding.UTF8.GetBytes(text), "agents.yaml", PolicyText.Detectors,
            PolicyCapabilities.ByHand.With("spec.targets[].protocol=Auto")).Problems.Select(found => found.ToString()));
    }

    [Fact]
    public void Target_without_a_listener_is_refused() =>
        Assert.Equal("agents.yaml:7: spec.targets[1].hosts: selects traffic that this build does not capture; give the target a listen address and an upstream.address",
            Assert.Single(PolicyText.Load(PolicyText.Least + "    - { name: a, protocol: HTTP, hosts: [ a.com ] }\n").Problems).ToString());

    [Fact]
    public void Default_that_is_not_enforced_is_refused_where_nothing_was_written()
    {
        var text = PolicyText.Least.Replace("protocol: HTTP, ", "", StringComparison.Ordinal);

        Assert.Equal("agents.yaml:6: spec.targets[0].protocol: is missing and would be found out from the first bytes, which this build does not do; write it",
            Assert.Single(PolicyText.Load(text).Problems).ToString());
        var more = PolicyCapabilities.ByHand.With("spec.targets[].protocol=Auto");
        Assert.Empty(PolicyRun.Load(Encoding.UTF8.GetBytes(text), "a", PolicyText.Detectors, more).Problems);
    }

    [Fact]
    public void Policy_that_would_record_nothing_is_refused() =>
        Assert.Equal("a:4: spec.targets: is missing; this build records only what comes through the listener of a target, so it would record nothing",
            Assert.Single(PolicyRun.Load("apiVersion: k8srecorder.io/v1alpha1\nkind: RecordingPolicy\nmetadata: { name: a }\nspec: { mode: Strict }\n"u8, "a", PolicyText.Detectors, PolicyCapabilities.ByHand).Problems).ToString());

    [Fact]
    public void Build_without_capabilities_refuses_every_document() =>
        Assert.Equal(["apiVersion", "kind", "metadata", "spec"],
            PolicyEnforcement.Check(PolicyFile.Parse(Encoding.UTF8.GetBytes(PolicyText.Least), "a").Documents[0], new PolicyCapabilities([]))
                .Select(problem => problem.Path));

    [Fact]
    public void Problem_of_the_caller_gets_the_line_of_its_field()
    {
        var run = PolicyText.Load(PolicyText.With("masking:\n  rules:\n  - name: a\n    pattern: EMP\n"));

        Assert.Equal("agents.yaml:10: spec.masking.rules[0].pattern: why", run.ProblemAt("spec.masking.rules[0].pattern", "why").ToString());
    }
}
