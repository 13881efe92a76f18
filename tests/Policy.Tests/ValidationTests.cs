namespace K8sRecorder.Policy.Tests;

/// <summary>Wrong documents and exactly what is said about them.</summary>
public sealed class ValidationTests
{
    [Theory]
    [InlineData("mod: Strict", "7: spec.mod: unknown field; did you mean mode?")]
    [InlineData("mode: strict", "7: spec.mode: must be one of BestEffort, Buffered, Strict, not \"strict\"")]
    [InlineData("mode: 1", "7: spec.mode: must be one of BestEffort, Buffered, Strict, not \"1\"")]
    [InlineData("mode:", "7: spec.mode: has no value; write one of BestEffort, Buffered, Strict, or remove the field")]
    [InlineData("mode: [ Strict ]", "7: spec.mode: must be one of BestEffort, Buffered, Strict, not a list")]
    [InlineData("session: 30m", "7: spec.session: must hold fields; write them below it, or remove it")]
    [InlineData("runKeys: { header: a }", "7: spec.runKeys: must be a list, such as [ first, second ]")]
    [InlineData("runKeys: [ a ]", "7: spec.runKeys[0]: must hold fields; write them below it, or remove it")]
    [InlineData("runKeys: [ { header: \"a b\" } ]", "7: spec.runKeys[0].header: must be a header's name, such as x-agent-run, not \"a b\"")]
    [InlineData("runKeys: [ { header: a }, { header: A } ]", "7: spec.runKeys[1].header: \"A\" stands in the list twice; remove one")]
    [InlineData("session: { idleTimeout: 0s }", "7: spec.session.idleTimeout: must be longer than nothing; write a duration such as 30s")]
    [InlineData("session: { idleTimeout: 2h, maxAge: 1h }", "7: spec.session.idleTimeout: must not be longer than maxAge, or it never counts; shorten it")]
    [InlineData("spool: { flushInterval: 5s, headInterval: 6s }", "7: spec.spool.headInterval: must not be longer than flushInterval")]
    [InlineData("spool: { headInterval: 61s }", "7: spec.spool.headInterval: must not be longer than flushInterval, which is 60s unless written")]
    [InlineData("spool: { sizeLimit: 1Mi }", "7: spec.spool.sizeLimit: must be at least 4Mi, so that a chunk and the one before it fit")]
    [InlineData("record: { bodies: { limit: 0 } }", "7: spec.record.bodies.limit: must be at least 1")]
    [InlineData("limits: { openChannels: 0 }", "7: spec.limits.openChannels: must be from 1 to 100000, not 0")]
    [InlineData("limits: { recordsPerSecond: -1 }", "7: spec.limits.recordsPerSecond: must be a whole number, not \"-1\"")]
    [InlineData("selector: { matchLabels: { \"a b\": x } }", "7: spec.selector.matchLabels[a b]: must be a label's key, such as app.kubernetes.io/name")]
    [InlineData("selector: { matchExpressions: [ { key: a, operator: In } ] }", "7: spec.selector.matchExpressions[0].values: is missing; In compares with at least one value")]
    [InlineData("namespaceSelector: { }", "7: spec.namespaceSelector: unknown field; known here are capture, identity, limits, masking, mode, record, retention, runKeys, selector, session, spool, store, targets, trust")]
    [InlineData("masking: { inline: yes }", "7: spec.masking.inline: must be true or false, not \"yes\"")]
    [InlineData("masking: { headers: [ \"x:y\" ] }", "7: spec.masking.headers[0]: must be a header's name, such as x-agent-run, not \"x:y\"")]
    [InlineData("masking: { json: [ user.ssn ] }", "7: spec.masking.json[0]: must be a JSON path of names and [*], such as $.user.ssn, not \"user.ssn\"")]
    [InlineData("masking: { json: [ \"$\" ] }", "7: spec.masking.json[0]: must be a JSON path of names and [*], such as $.user.ssn, not \"$\"")]
    [InlineData("masking: { rules: [ { name: a, pattern: \"(a\" } ] }", "7: spec.masking.rules[0].pattern: is no regular expression: InsufficientClosingParentheses at character 2")]
    [InlineData("masking: { rules: [ { name: a, pattern: \"(a)\\\\1\" } ] }", "7: spec.masking.rules[0].pattern: must do without lookaround, backreferences, atomic groups and very large repetitions: it has to run in linear time")]
    [InlineData("masking: { rules: [ { name: a, pattern: \"((a{100}){100}){100}\" } ] }", "7: spec.masking.rules[0].pattern: must do without lookaround, backreferences, atomic groups and very large repetitions: it has to run in linear time")]
    [InlineData("masking: { rules: [ { name: a, pattern: \"[0-9]+\" } ] }", "7: spec.masking.rules[0].pattern: must have a literal or an anchor in every alternative, such as EMP- in EMP-[0-9]{6}, so that it can be searched for")]
    [InlineData("masking: { rules: [ { name: a, pattern: \"(EMP)?\" } ] }", "7: spec.masking.rules[0].pattern: must not match nothing at all; require at least one character")]
    [InlineData("masking: { rules: [ { name: a } ] }", "7: spec.masking.rules[0].pattern: is missing; write a regular expression such as EMP-[0-9]{6}")]
    [InlineData("masking: { rules: [ { name: a, pattern: EMP, maxLength: 16385 } ] }", "7: spec.masking.rules[0].maxLength: must be from 1 to 16384, not 16385")]
    [InlineData("masking: { rules: [ { name: card, pattern: EMP } ] }", "7: spec.masking.rules[0].name: \"card\" is already the name of a detector or a rule; choose another")]
    [InlineData("masking: { detectors: { include: [ azure ] } }", "7: spec.masking.detectors.include[0]: \"azure\" is no detector or group; there are aws-access-key, card, openai-key, cloud, pii")]
    [InlineData("masking: { tagGuessable: [ \"x*\" ] }", "7: spec.masking.tagGuessable[0]: \"x*\" is no detector or group; there are aws-access-key, card, openai-key, cloud, pii")]
    [InlineData("store: { }", "7: spec.store.name: is missing; write the name of a RecordingStore, such as default", "7: spec.store: is not enforced by this build; remove it")]
    public void Spec_field_that_is_wrong_is_named(string spec, params string[] problems) =>
        Assert.Equal(problems.Select(problem => "agents.yaml:" + problem), PolicyText.ProblemsWith(spec));

    [Theory]
    [InlineData("listen: \"0.0.0.0:80\"", "listen: must be a loopback address with a port, such as 127.0.0.1:15432, not \"0.0.0.0:80\"")]
    [InlineData("listen: \"localhost:80\"", "listen: must be a loopback address with a port, such as 127.0.0.1:15432, not \"localhost:80\"")]
    [InlineData("listen: \"127.1:80\"", "listen: must be a loopback address with a port, such as 127.0.0.1:15432, not \"127.1:80\"")]
    [InlineData("listen: \"127.0.0.1:0\"", "listen: must be a loopback address with a port, such as 127.0.0.1:15432, not \"127.0.0.1:0\"")]
    [InlineData("listen: \"[::]:80\"", "listen: must be a loopback address with a port, such as 127.0.0.1:15432, not \"[::]:80\"")]
    [InlineData("listen: \"127.0.0.1:8080\"", "listen: is also the listener of spec.targets[0]; give each target its own port")]
    [InlineData("name: openai", "name: \"openai\" is also the name of spec.targets[0]; give each target its own")]
    [InlineData("name: Orders", "name: must be a name of lower-case letters, digits and -, at most 63, such as orders-db, not \"Orders\"")]
    [InlineData("upstream: { address: orders }", "upstream.address: must be host:port, such as orders.db.svc:5432, not \"orders\"")]
    [InlineData("upstream: { address: \"http://orders:80\" }", "upstream.address: must be host:port, such as orders.db.svc:5432, not \"http://orders:80\"")]
    [InlineData("upstream: { address: \"127.0.0.1:8080\" }", "upstream.address: is the listener of spec.targets[0]: it would speak with itself")]
    [InlineData("upstream: { address: \"a:1\", tls: { serverName: a } }", "upstream.tls.mode: is missing; Verify is the default only on port 443: write Verify, Disable or Passthrough")]
    [InlineData("upstream: { address: \"a:1\", tls: { mode: Verify, serverName: \"a b\" } }", "upstream.tls.serverName: must be a DNS name or an address, not \"a b\"")]
    [InlineData("upstream: { address: \"a:1\", tls: { mode: Disable, serverName: a } }", "upstream.tls.serverName: has no meaning with mode Disable; remove it or write mode: Verify")]
    [InlineData("upstream: { address: \"a:1\", tls: { mode: Off } }", "upstream.tls.mode: must be one of Verify, Disable, Passthrough, not \"Off\"")]
    [InlineData("upstream: { }", "upstream.address: is missing; a listener needs to know where its traffic goes: write host:port, such as orders.db.svc:5432")]
    [InlineData("hosts: [ \"*\" ]", "hosts[0]: must be an exact name or *.suffix, without scheme and port, not \"*\"", "hosts: {0}")]
    [InlineData("hosts: [ \"a.*.com\" ]", "hosts[0]: must be an exact name or *.suffix, without scheme and port, not \"a.*.com\"", "hosts: {0}")]
    [InlineData("cidrs: [ 10.0.0.1/8 ]", "cidrs[0]: must be an address range such as 10.0.0.0/8, host bits zero, not \"10.0.0.1/8\"", "cidrs: is not enforced by this build; name the upstream by upstream.address")]
    [InlineData("ports: [ 99999 ]", "ports[0]: must be from 1 to 65535, not 99999", "ports: {0}")]
    [InlineData("ports: [ https ]", "ports[0]: must be a whole number, not \"https\"", "ports: {0}")]
    public void Target_field_that_is_wrong_is_named(string field, params string[] problems)
    {
        const string more = "names more than upstream.address; this build records only what comes through the listener: give the rest targets of their own";
        var fields = new Dictionary<string, string> { ["name"] = "name: orders", ["listen"] = "listen: \"127.0.0.1:1\"", ["upstream"] = "upstream: { address: \"orders:1\" }", ["protocol"] = "protocol: TCP" };
        fields[field[..field.IndexOf(':', StringComparison.Ordinal)]] = field;
        var text = PolicyText.Least + $"    - {{ {string.Join(", ", fields.Values)} }}\n";

        Assert.Equal(problems.Select(problem => "agents.yaml:7: spec.targets[1]." + problem.Replace("{0}", more, StringComparison.Ordinal)).Order(),
            PolicyText.Load(text).Problems.Select(problem => problem.ToString()).Order());
    }

    [Theory]
    [InlineData("kind: RecordingStore\nmetadata: { name: s }\nspec: { }", "3: spec: names no store; write one of azureBlob, s3, folder")]
    [InlineData("kind: RecordingStore\nmetadata: { name: s }\nspec: { folder: { path: /a }, s3: { bucket: abc, region: eu } }", "3: spec.folder: stands beside s3; a RecordingStore is exactly one of azureBlob, s3, folder")]
    [InlineData("kind: RecordingStore\nmetadata: { name: s, namespace: a }\nspec: { folder: { path: a } }", "2: metadata.namespace: must be absent; a RecordingStore belongs to the cluster", "3: spec.folder.path: must be an absolute path, not \"a\"")]
    [InlineData("kind: RecordingStore\nmetadata: { name: s }\nspec: { azureBlob: { containerUrl: \"https://a.blob.core.windows.net/c?sig=SECRET\" } }", "3: spec.azureBlob.containerUrl: must be an https URL without user, query and fragment, such as https://account.blob.core.windows.net/container: the key or signature does not belong here")]
    [InlineData("kind: RecordingPolicy\nmetadata: { name: Team_A }\nspec: { mode: Strict }", "2: metadata.name: must be a name of lower-case letters, digits and -, at most 63, such as orders-db, not \"Team_A\"")]
    [InlineData("kind: RecordingPolicy\nmetadata: { }", "1: spec: is missing; write what the policy asks for below it", "2: metadata.name: is missing; write a name of lower-case letters, digits and -, at most 63, such as orders-db")]
    [InlineData("kind: RecordingPolicy\nmetadata: { name: a }\nspec: { targets: [ { name: a, protocol: TCP } ] }", "3: spec.targets[0]: selects nothing; give it hosts or cidrs, or a listen address with an upstream")]
    public void Document_that_is_wrong_is_named(string document, params string[] problems)
    {
        var file = PolicyFile.Parse(System.Text.Encoding.UTF8.GetBytes("apiVersion: k8srecorder.io/v1alpha1\n" + document), "a");

        Assert.Empty(file.Problems);
        // The line of apiVersion shifts the others by one.
        Assert.Equal(problems, PolicyValidator.Validate(file.Documents[0], null).Select(problem => $"{Math.Max(1, problem.Line - 1)}: {problem.Path}: {problem.Message}"));
    }

    [Theory]
    [InlineData("EMP-[0-9]{6}", true)]
    [InlineData("^[0-9]{6}", true)]
    [InlineData("[0-9]{6}$", true)]
    [InlineData("(?i)emp[0-9]+", true)]
    [InlineData("(?:EMP|STAFF)-?[0-9]+", true)]
    [InlineData("(?<id>EMP)[0-9]+", true)]
    [InlineData(@"\$[0-9]+", true)]
    [InlineData("[0-9]+x{2}", true)]
    [InlineData("EMP|[0-9]+", false)]
    [InlineData("(?:EMP)?[0-9]+", false)]
    [InlineData("(?:EMP|.)[0-9]+", false)]
    [InlineData("x*[0-9]+", false)]
    [InlineData("x{0,3}[0-9]", false)]
    [InlineData(@"\d\w", false)]
    [InlineData(@"\b[0-9]+\b", false)]
    [InlineData("[]a]b?", false)]
    [InlineData("[a-z-[aeiou]]+", false)]
    [InlineData(@"\p{Lu}+", false)]
    [InlineData("(?#EMP)[0-9]", false)]
    [InlineData("(?x)[0-9]+ # EMP", false)]
    [InlineData("(?ix: [0-9]+ )", false)]
    [InlineData("(?<x>EMP)", true)]
    public void Rule_must_have_something_to_search_for(string pattern, bool isTaken) =>
        Assert.Equal(isTaken, PolicyText.ProblemsWith($"masking: {{ rules: [ {{ name: a, pattern: '{pattern}' }} ] }}").Length == 0);

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void Pattern_is_as_long_as_the_masking_engine_takes(int length, bool isTaken) =>
        Assert.Equal(isTaken, PolicyText.ProblemsWith($"masking: {{ rules: [ {{ name: a, pattern: '{new string('E', length)}' }} ] }}").Length == 0);

    [Fact]
    public void All_problems_are_said_at_once_in_the_order_of_the_file()
    {
        var problems = PolicyText.Load("apiVersion: v1\nkind: RecordingPolicy\nmetadata: { name: A }\nspec:\n  mode: x\n  capture: { inbound: Record }\n  targets: []\n").Problems;

        Assert.Equal(["1 apiVersion", "3 metadata.name", "5 spec.mode", "6 spec.capture.inbound", "7 spec.targets"], problems.Select(problem => $"{problem.Line} {problem.Path}"));
    }
}
