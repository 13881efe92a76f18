using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Masking;
using K8sRecorder.Policy;
using K8sRecorder.Testing;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Policies: always answered, a refusal says where and why, and what is accepted can be enforced and means the same again.</summary>
internal sealed class PolicyTarget : FuzzTarget
{
    private const string Least = """
        apiVersion: k8srecorder.io/v1alpha1
        kind: RecordingPolicy
        metadata: { name: agents }
        spec:
          mode: Strict
          spool: { sizeLimit: 256Mi, flushInterval: 60s, headInterval: 5s }
          targets:
            - { name: openai, listen: "127.0.0.1:8080", protocol: HTTP, upstream: { address: "api.openai.com:443" } }
          masking:
            rules: [ { name: employee-id, pattern: "EMP-[0-9]{6}", maxLength: 64 } ]
            headers: [ x-internal-auth ]
            json: [ "$.user.ssn", "$.a[*].b" ]

        """;

    private static readonly DetectorCatalogue Detectors = new(DetectorCatalog.Names, DetectorCatalog.Groups);

    public override string Name => "policy";

    public override string Subject => "PolicyRun.Load: YAML, binding, validation, enforcement";

    public override int MaxLength => 16 * 1024;

    public override IEnumerable<string> Dictionary =>
    [
        "---\n", ": ", "- ", "&a ", "*a", "!!str ", "? ", "|\n", ">-\n", "{", "}", "[", "]", "\"\\x41\"", "'", "\"", "#", "<<: ", "~", "null", "1e9", "0x10", "1_000", "yes", "\t",
        "[a-z]{1,64}", "(a|b)*", "(?i)", "\\b", "(?<n>x)", "[^]", "$.a[*]", "$..a", "${", "127.0.0.1:1", "[::1]:1", "1.5Gi", "100000000000000d", "-5s",
    ];

    public override IEnumerable<byte[]> Seeds() =>
        [System.Text.Encoding.UTF8.GetBytes(Least), File.ReadAllBytes(RepositoryRoot.File("tests/Policy.Tests/Documents/contract.yaml"))];

    // A regular expression without backtracking takes some ten kilobytes for each of its characters while it is made.
    public override long AllocationLimit(int length) => (16 << 20) + (16384L * length);

    public override TimeSpan TimeLimit(int length) => TimeSpan.FromSeconds(3);

    public override void Run(byte[] input, Measure measure)
    {
        measure.Begin();
        var run = PolicyRun.Load(input, "p.yaml", Detectors, PolicyCapabilities.ByHand);
        measure.End();
        if (run.Problems.Count == 0 != (run.Policy is not null) || run.Policy is null != (run.Digest is null))
            throw new OracleException("a policy or problems", $"{run.Problems.Count} problems");
        var lines = input.AsSpan().Count((byte)'\n') + input.AsSpan().Count((byte)'\r') + 2;
        foreach (var problem in run.Problems)
        {
            if (problem.Message.Length == 0 || problem.Line < 0 || problem.Line > lines + Unusual(input))
                throw new OracleException("a problem has words and a line of the file", $"line {problem.Line} of {lines}: {problem.Message}");
            if (problem.Path.Length == 0 && problem.Message.StartsWith("is ", StringComparison.Ordinal))
                throw new OracleException("a field's problem names the field", problem.ToString());
            if (problem.ToString().AsSpan().ContainsAnyInRange('\0', '\x1f'))
                throw new OracleException("a problem is one line", problem.Path);
        }

        if (run.Policy is not { } policy)
            return;
        if (PolicyRun.Load([.. input, (byte)'\n'], "again.yaml", Detectors, PolicyCapabilities.ByHand).Digest != run.Digest)
            throw new OracleException("an empty line changes nothing", run.Digest!);
        var options = new MaskingOptions
        {
            Include = policy.Masking.Include,
            Exclude = policy.Masking.Exclude,
            Rules = [.. policy.Masking.Rules.Select(r => new MaskingRule(r.Name, r.Pattern, r.MaxLength))],
            Headers = policy.Masking.Headers,
            JsonPaths = policy.Masking.JsonPaths,
            TagGuessable = policy.Masking.TagGuessable,
        };
        // The engine may refuse a rule, in words; then the sidecar does not start.
        if (MaskingEngine.Check(options).Count == 0)
            _ = MaskingEngine.Create(options);
    }

    /// <summary>YAML breaks lines at NEL, LS and PS as well.</summary>
    private static int Unusual(ReadOnlySpan<byte> input) => input.Count("\u0085"u8) + input.Count("\u2028"u8) + input.Count("\u2029"u8);
}
