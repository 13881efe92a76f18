using static K8sRecorder.Masking.Detectors.BuiltIn;
using static K8sRecorder.Masking.Detectors.Pattern;

namespace K8sRecorder.Masking.Detectors;

/// <summary>Credentials of cloud providers.</summary>
internal static class Cloud
{
    public static IReadOnlyList<Detector> All { get; } =
    [
        Structure("aws-access-key", "cloud", "AWS access key id", 80, 16,
            Exactly(new TokenMatcher(ByteClasses.UpperDigits, 16, 16) { Entropy = 2.8, IsExact = true, Judge = IsNoExample },
                "AKIA", "ASIA", "ABIA", "ACCA")),
        Structure("aws-secret-key", "cloud", "AWS secret access key", 240, 40,
            AnyCase(new AssignmentMatcher(ValueJudge.AwsSecret), "secret_access_key", "secretaccesskey", "secret-access-key", "aws_secret", "secretkey", "secret_key")),
        Structure("aws-session-token", "cloud", "AWS session token", 200, 4096,
            AnyCase(new AssignmentMatcher(ValueJudge.OAuth), "session_token", "sessiontoken", "security_token", "securitytoken", "security-token")),
        Structure("azure-storage-key", "cloud", "Azure storage account key or shared access key", 256, 88,
            AnyCase(new TokenMatcher(ByteClasses.Base64, 40, 88) { Entropy = 3.5, KeepLiteral = true }, "accountkey=", "sharedaccesskey=")),
        Structure("azure-sas", "cloud", "Signature of an Azure shared access URL", 256, 64,
            Exactly(new TokenMatcher(ByteClasses.Base64, 40, 64) { Entropy = 3.5, KeepLiteral = true, NotAfter = ByteClasses.Base64 }, "sig=")),
        Structure("google-oauth-token", "cloud", "Google OAuth access token or client secret", 120, 2048,
            Exactly(new TokenMatcher(ByteClasses.WordDashDot, 24, 2048) { Entropy = 3 }, "ya29."),
            Exactly(new TokenMatcher(ByteClasses.WordDash, 28, 28) { Entropy = 3 }, "GOCSPX-")),
        Structure("digitalocean-token", "cloud", "DigitalOcean token", 250, 64,
            Exactly(new TokenMatcher(ByteClasses.LowerHex, 64, 64) { Entropy = 3, IsExact = true }, "dop_v1_", "doo_v1_", "dor_v1_")),
        Structure("databricks-token", "cloud", "Databricks personal access token", 128, 36,
            Exactly(new TokenMatcher(ByteClasses.AlphanumericDash, 32, 36) { Entropy = 3 }, "dapi")),
        Structure("vault-token", "cloud", "HashiCorp Vault service or batch token", 120, 300,
            Exactly(new TokenMatcher(ByteClasses.WordDash, 24, 300) { Entropy = 3.2 }, "hvs.", "hvb.", "hvr.")),
    ];

    private static bool IsNoExample(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> body) => !body.EndsWith("EXAMPLE"u8);
}
