using System.Reflection;

namespace K8sRecorder.Policy.Tests.Schema;

/// <summary>The wrong documents of the validator's own tests, each with one thing wrong in it.</summary>
internal static class Corpus
{
    /// <summary>What a rule (CEL) tells: an API server refuses it, the check here knows no rules.</summary>
    public static readonly string[] ByRule =
    [
        "session: { idleTimeout: 0s }",
        "session: { idleTimeout: 2h, maxAge: 1h }",
        "spool: { flushInterval: 5s, headInterval: 6s }",
        "spool: { headInterval: 61s }",
        "spool: { sizeLimit: 1Mi }",
        "record: { bodies: { limit: 0 } }",
        "selector: { matchExpressions: [ { key: a, operator: In } ] }",
        "target listen: \"127.0.0.1:8080\"",
        "target upstream: { address: \"127.0.0.1:8080\" }",
        "target upstream: { address: \"a:1\", tls: { serverName: a } }",
        "target upstream: { address: \"a:1\", tls: { mode: Disable, serverName: a } }",
        "target upstream: { }",
        "kind: RecordingStore\nmetadata: { name: s }\nspec: { }",
        "kind: RecordingStore\nmetadata: { name: s }\nspec: { folder: { path: /a }, s3: { bucket: abc, region: eu } }",
        "kind: RecordingPolicy\nmetadata: { name: Team_A }\nspec: { mode: Strict }",
        "kind: RecordingPolicy\nmetadata: { name: a }\nspec: { targets: [ { name: a, protocol: TCP } ] }",
        "target hosts: [ a.com ], credentials: { secretName: a, kind: Header }",
        "target hosts: [ a.com ], credentials: { secretName: a, kind: Header, header: x, usernameKey: u }",
        "target hosts: [ a.com ], credentials: { secretName: a, kind: UserPassword, usernameKey: u }",
        "target hosts: [ a.com ], protocol: HTTP, guard: [ { name: g, deny: { } } ]",
        "target hosts: [ a.com ], protocol: HTTP, guard: [ { name: g, deny: { method: [ ] } } ]",
        "target hosts: [ a.com ], protocol: HTTP, guard: [ { name: g, deny: { statement: [ DROP ] } } ]",
        "target hosts: [ a.com ], protocol: PostgreSQL, guard: [ { name: g, deny: { path: [ /a ] } } ]",
        "target hosts: [ a.com ], protocol: PostgreSQL, guard: [ { name: g, deny: { withoutWhere: true } } ]",
        "target hosts: [ a.com ], approval: { required: true, ttl: 0s }",
        "target hosts: [ a.com ], protocol: HTTP, upstream: { tls: { mode: Passthrough } }",
        "target hosts: [ a.com ], upstream: { host: Preserve, tls: { mode: Passthrough } }",
        "target listen: \"127.0.0.1:1\"",
        "target ports: [ 443 ]",
        "session: { maxAge: 721h }",
        "spool: { sizeLimit: 4096 }",
        "limits: { bytesPerSession: 0 }",
        "selector: { matchExpressions: [ { key: a, operator: Exists, values: [ b ] } ] }",
    ];

    /// <summary>What no schema tells; the operator says it in the policy's status. kubectl reads <c>yes</c> as true.</summary>
    public static readonly string[] ByValidatorAlone =
    [
        "runKeys: [ { header: a }, { header: A } ]",
        "selector: { matchLabels: { \"a b\": x } }",
        "masking: { inline: yes }",
        "masking: { rules: [ { name: a, pattern: \"(a\" } ] }",
        "masking: { rules: [ { name: a, pattern: \"(a)\\\\1\" } ] }",
        "masking: { rules: [ { name: a, pattern: \"((a{100}){100}){100}\" } ] }",
        "masking: { rules: [ { name: a, pattern: \"[0-9]+\" } ] }",
        "masking: { rules: [ { name: a, pattern: \"(EMP)?\" } ] }",
        "masking: { rules: [ { name: card, pattern: EMP } ] }",
        "masking: { detectors: { include: [ azure ] } }",
        "masking: { tagGuessable: [ \"x*\" ] }",
        "target cidrs: [ 10.0.0.1/8 ]",
    ];

    /// <summary>What is wrong, and the document.</summary>
    public static IEnumerable<(string Name, string Yaml)> Bad()
    {
        foreach (var spec in Inline(nameof(ValidationTests.Spec_field_that_is_wrong_is_named)))
            yield return (spec, PolicyText.With(spec));
        foreach (var field in Inline(nameof(ValidationTests.Target_field_that_is_wrong_is_named)))
        {
            var fields = new Dictionary<string, string> { ["name"] = "name: orders", ["listen"] = "listen: \"127.0.0.1:1\"", ["upstream"] = "upstream: { address: \"orders:1\" }", ["protocol"] = "protocol: TCP" };
            fields[field[..field.IndexOf(':', StringComparison.Ordinal)]] = field;
            yield return ("target " + field, PolicyText.Least + $"    - {{ {string.Join(", ", fields.Values)} }}\n");
        }
        foreach (var document in Inline(nameof(ValidationTests.Document_that_is_wrong_is_named)))
            yield return (document, "apiVersion: k8srecorder.io/v1alpha1\n" + document);
        foreach (var target in MoreTargets)
            yield return ("target " + target, PolicyText.Least + $"    - {{ name: orders, {target} }}\n");
        foreach (var spec in MoreSpecs)
            yield return (spec, PolicyText.With(spec));
    }

    private static readonly string[] MoreTargets =
    [
        "hosts: [ a.com ], credentials: { kind: Header, header: Authorization }",
        "hosts: [ a.com ], credentials: { secretName: a }",
        "hosts: [ a.com ], credentials: { secretName: a, kind: Header }",
        "hosts: [ a.com ], credentials: { secretName: a, kind: Header, header: x, usernameKey: u }",
        "hosts: [ a.com ], credentials: { secretName: a, kind: UserPassword, usernameKey: u }",
        "hosts: [ a.com ], credentials: { secretName: a, kind: Header, header: x, format: \"Bearer\" }",
        "hosts: [ a.com ], protocol: HTTP, guard: [ { name: g } ]",
        "hosts: [ a.com ], protocol: HTTP, guard: [ { name: g, deny: { } } ]",
        "hosts: [ a.com ], protocol: HTTP, guard: [ { name: g, deny: { method: [ ] } } ]",
        "hosts: [ a.com ], protocol: HTTP, guard: [ { name: g, deny: { statement: [ DROP ] } } ]",
        "hosts: [ a.com ], protocol: PostgreSQL, guard: [ { name: g, deny: { path: [ /a ] } } ]",
        "hosts: [ a.com ], protocol: PostgreSQL, guard: [ { name: g, deny: { withoutWhere: true } } ]",
        "hosts: [ a.com ], protocol: HTTP, guard: [ { name: g, deny: { path: [ \"a b\" ] } } ]",
        "hosts: [ a.com ], protocol: HTTP, guard: [ { name: g, deny: { method: [ PUT ] } }, { name: g, deny: { method: [ GET ] } } ]",
        "hosts: [ a.com ], protocol: PostgreSQL, guard: [ { name: g, deny: { statement: [ drop ] } } ]",
        "hosts: [ a.com ], approval: { ttl: 1h }",
        "hosts: [ a.com ], approval: { required: true, approvers: 11 }",
        "hosts: [ a.com ], approval: { required: true, ttl: 0s }",
        "hosts: [ a.com ], protocol: HTTP, upstream: { tls: { mode: Passthrough } }",
        "hosts: [ a.com ], upstream: { host: Preserve, tls: { mode: Passthrough } }",
        "hosts: [ a.com, a.com ]",
        "listen: \"127.0.0.1:1\"",
        "ports: [ 443 ]",
    ];

    private static readonly string[] MoreSpecs =
    [
        "identity: { jwt: { header: x, issuer: \"https://a\" } }",
        "identity: { jwt: { header: x, issuer: \"http://a\", audiences: [ b ] } }",
        "identity: { jwt: { issuer: \"https://a\", audiences: [ b ] } }",
        "trust: { }",
        "trust: { additionalCAs: { secretName: A } }",
        "retention: { }",
        "retention: { days: 0 }",
        "record: { rows: First(0) }",
        "record: { rows: Some }",
        "session: { maxAge: 1h30 }",
        "session: { maxAge: 30m1h }",
        "session: { maxAge: 721h }",
        "spool: { sizeLimit: 1.5Gi }",
        "spool: { sizeLimit: 4096 }",
        "limits: { bytesPerSession: 0 }",
        "masking: { columns: [ a.b.c.d ] }",
        "selector: { matchLabels: { a: \"b c\" } }",
        "selector: { matchExpressions: [ { key: a, operator: Exists, values: [ b ] } ] }",
        "selector: { matchExpressions: [ { key: a } ] }",
    ];

    private static IEnumerable<string> Inline(string method) =>
        typeof(ValidationTests).GetMethod(method)!.GetCustomAttributesData().Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
            .Select(attribute => (string)((IReadOnlyCollection<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!).First().Value!);
}
