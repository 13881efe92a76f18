using System.Buffers;
using System.Text;
using System.Text.Json;
using K8sRecorder.Testing.Corpora;
using Xunit.Abstractions;

namespace K8sRecorder.Masking.Tests;

public sealed class CorporaTests(ITestOutputHelper output)
{
    /// <summary>Rules of the labelled set whose kind has a detector of its own here, by the start of their name.</summary>
    private static readonly string[] Structured =
    [
        "anthropic", "aws-access-token", "databricks", "digitalocean", "gcp-api-key", "github", "gitlab-pat", "gitlab-ptt", "gitlab-rrt", "gitlab-runner",
        "gitlab-feed", "gitlab-deploy", "gitlab-cicd", "grafana-cloud", "grafana-service", "huggingface", "linear-api-key", "notion", "npm", "openai-api-key",
        "perplexity", "private-key", "pypi", "rubygems", "shopify", "slack-app", "slack-bot", "slack-config", "slack-legacy", "slack-user", "stripe", "vault",
        "secretlint-rule-openai", "secretlint-rule-anthropic", "secretlint-rule-github", "secretlint-rule-gitlab", "secretlint-rule-slack:SLACK", "secretlint-rule-npm",
        "secretlint-rule-stripe", "secretlint-rule-groq", "secretlint-rule-privatekey", "secretlint-rule-hashicorp-vault", "secretlint-rule-database", "secretlint-rule-notion",
    ];

    [CorporaFact]
    public void Recall_on_the_kinds_we_have_is_98_percent()
    {
        var families = new SortedDictionary<string, (int Found, int All)>(StringComparer.Ordinal);
        foreach (var line in Corpora.Lines("secrets/labelled_dev.jsonl.gz").Where(l => l.GetProperty("label").GetBoolean()))
        {
            var rule = line.GetProperty("rule").GetString()!;
            var secret = line.GetProperty("secret").GetString()!;
            if (!Structured.Any(s => rule.StartsWith(s, StringComparison.Ordinal)) || secret.Length == 0)
                continue;
            var masked = Masked.Whole(line.GetProperty("text").GetString()!);
            var (found, all) = families.GetValueOrDefault(rule);
            families[rule] = (found + (masked.Text.Contains(secret, StringComparison.Ordinal) ? 0 : 1), all + 1);
        }

        foreach (var (rule, (found, all)) in families)
            output.WriteLine($"{rule}: {found}/{all}");
        var recall = families.Values.Sum(f => f.Found) / (double)families.Values.Sum(f => f.All);
        output.WriteLine($"recall {recall:P2}");
        Assert.True(recall >= 0.98, $"recall {recall:P2}");
    }

    [CorporaFact]
    public void Model_traffic_holds_no_false_finding_stays_json_and_is_masked_once()
    {
        long bytes = 0;
        var findings = 0;
        foreach (var (body, shape) in Bodies())
        {
            bytes += body.Length;
            var once = Mask(body, shape, out var spans);
            findings += spans.Count;
            foreach (var span in spans)
                output.WriteLine(Encoding.UTF8.GetString(once.AsSpan((int)Math.Max(0, span.At - 60), (int)Math.Min(60, span.At) + span.Length)));
            Assert.Equal(once, Mask(once, shape, out _));
            Assert.Equal(once, Mask(body, shape, out _, step: 997));
            if (shape == MaskingShape.Json && IsJson(body))
                Assert.True(IsJson(once));
            if (spans.Count == 0)
                Assert.Equal(body, once);
        }

        // The true ones are keys of telemetry services in request bodies.
        output.WriteLine($"{findings} findings in {bytes / 1024} KiB");
        Assert.True(findings <= bytes / (200 * 1024), $"{findings} findings in {bytes / 1024} KiB");
    }

    private static IEnumerable<(byte[] Body, MaskingShape Shape)> Bodies()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(CorporaFolder.Path!, "llm"), "*.gz").Order(StringComparer.Ordinal))
        {
            foreach (var exchange in Corpora.Lines(file))
            {
                foreach (var side in new[] { "request", "response" })
                {
                    if (!exchange.GetProperty(side).TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.String)
                        continue;
                    var text = body.GetString()!;
                    var shape = text.StartsWith('{') || text.StartsWith('[') ? MaskingShape.Json
                        : text.StartsWith("data:", StringComparison.Ordinal) || text.StartsWith("event:", StringComparison.Ordinal) ? MaskingShape.EventStream : MaskingShape.Text;
                    yield return (Encoding.UTF8.GetBytes(text), shape);
                }
            }
        }
    }

    private static byte[] Mask(byte[] body, MaskingShape shape, out List<MaskedSpan> spans, int step = int.MaxValue)
    {
        var masked = new ArrayBufferWriter<byte>();
        spans = [];
        using var masker = Masked.Default.Open(shape);
        for (var at = 0; at < body.Length; at += Math.Min(step, body.Length - at))
            masker.Write(body.AsSpan(at, Math.Min(step, body.Length - at)), masked, spans);
        masker.Complete(masked, spans);
        return masked.WrittenSpan.ToArray();
    }

    private static bool IsJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
