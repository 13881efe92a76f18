using static K8sRecorder.Masking.Detectors.BuiltIn;
using static K8sRecorder.Masking.Detectors.Pattern;

namespace K8sRecorder.Masking.Detectors;

/// <summary>Keys of payment, chat, mail and other services.</summary>
internal static class Service
{
    public static IReadOnlyList<Detector> All { get; } =
    [
        Structure("stripe-key", "payment", "Stripe secret, restricted or webhook key", 120, 247,
            Exactly(new TokenMatcher(ByteClasses.Alphanumeric, 10, 247) { Entropy = 0 },
                "sk_live_", "sk_test_", "sk_prod_", "rk_live_", "rk_test_", "rk_prod_"),
            Exactly(new TokenMatcher(ByteClasses.Base64Path, 32, 64) { Entropy = 3 }, "whsec_")),
        Structure("slack-token", "chat", "Slack token or incoming webhook", 100, 255,
            Exactly(new TokenMatcher(ByteClasses.AlphanumericDash, 10, 255) { Entropy = 2, Judge = HasDigit, NotAfter = ByteClasses.WordDash },
                "xoxb-", "xoxa-", "xoxp-", "xoxo-", "xoxr-", "xoxs-", "xoxe-", "xoxe.xoxp-", "xoxe.xoxb-", "xapp-"),
            Exactly(new TokenMatcher(ByteClasses.Base64Path, 22, 80) { Entropy = 2.5, NotAfter = ByteClasses.WordDash }, "hooks.slack.com/services/", "hooks.slack.com/workflows/", "hooks.slack.com/triggers/")),
        Structure("sendgrid-key", "chat", "SendGrid API key", 300, 66,
            Exactly(new TokenMatcher(ByteClasses.WordDashDot, 66, 66) { Entropy = 3 }, "SG.")),
        Structure("shopify-token", "payment", "Shopify token", 128, 32,
            Exactly(new TokenMatcher(ByteClasses.Of("abcdefABCDEF0123456789"), 32, 32) { Entropy = 2, IsExact = true }, "shpat_", "shpca_", "shppa_", "shpss_")),
        Structure("grafana-token", "chat", "Grafana service account or cloud token", 128, 400,
            Exactly(new TokenMatcher(ByteClasses.Word, 41, 41) { Entropy = 3, IsExact = true }, "glsa_"),
            Exactly(new TokenMatcher(ByteClasses.Base64, 32, 400) { Entropy = 3 }, "glc_")),
        Structure("linear-key", "chat", "Linear API key", 200, 40,
            Exactly(new TokenMatcher(ByteClasses.Alphanumeric, 40, 40) { Entropy = 2.5, IsExact = true }, "lin_api_")),
        Structure("notion-token", "chat", "Notion integration token", 200, 50,
            Exactly(new TokenMatcher(ByteClasses.Alphanumeric, 43, 50) { Entropy = 3 }, "ntn_", "secret_")),
        Structure("tailscale-key", "cloud", "Tailscale key", 120, 80,
            Exactly(new TokenMatcher(ByteClasses.AlphanumericDash, 20, 80) { Entropy = 3 }, "tskey-")),
    ];

    private static bool HasDigit(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> body) => Randomness.CountDigits(body) > 0;
}
