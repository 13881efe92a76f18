using System.Text;
using static K8sRecorder.Masking.Tests.Sample;

namespace K8sRecorder.Masking.Tests;

/// <summary>For each detector: what it must find, what only looks like it, and where the form is described.</summary>
internal static class DetectorExamples
{
    /// <summary>Detector, text, and the part of it that must be masked.</summary>
    public static readonly (string Detector, string Text, string Secret)[] Positives = Build().ToArray();

    /// <summary>Texts in which nothing must be masked.</summary>
    public static readonly string[] Negatives =
    [
        "sk-learn and sk-toggleable__control-label-arrow and sk-hidden--visually", // names of CSS classes
        "sk-", "sk-proj-short", "task-sk-1", "disk-usage-0123",
        "sk-ant-", "sk-ant-api", "AIza" + Of(Base64Url, 34, 2), "xAIza" + Of(Base64Url, 35, 2), "AIza" + new string('a', 35),
        "AKIAIOSFODNN7EXAMPLE", "AKIA" + new string('X', 16), "AKIA0123", "XAKIA" + Of(Upper, 16),
        "ghp_" + new string('x', 36), "ghp_short", "ghp_" + Of(Alphanumeric, 40), // longer than a token is something else
        "glpat-XXXXXXXXXXXXXXXXXXXX", "npm_config_registry", "npm_" + new string('a', 36),
        "task_test_" + Of(Lower + Digits, 30), "pk_live_" + Of(Alphanumeric, 24), "xoxb-hello-world", "hooks.slack.com/services/",
        "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.x", "they.eyJ.money",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "https://example.com:8080/a@b", "https://user@example.com/", "postgres://${USER}:${PASSWORD}@db/x", "http://example.com/?q=a:b@c",
        "the bearer of bad news", "Authorization: Bearer <token>", "Authorization: Bearer $TOKEN", "bearer token authentication", "basic authentication is used",
        "\"max_tokens\":4096,\"prompt_tokens\":12,\"completion_tokens\":345678901234",
        "\"token\":\"string\"", "password: string;", "password = get_password()", "\"password\":{\"type\":\"string\"}", "if (password == other) return",
        "password=${DB_PASSWORD}", "password: <your password>", "\"password\":\"\"", "\"password\":null", "The password: it must be long.",
        "\"api_key\":\"YOUR_API_KEY_HERE_12345\"", "secret_name: projects/my-project/secrets/db", "token_type: bearer", "\"id_token\":null",
        "\"access_token\":\"\"", "client_secret: <secret>", "sig=abc", "AccountKey=short",
        "4111 1111 1111 1112", "4111111111111112", "1234567812345670", "1748503543012", "0.4111111111111111", "id4111111111111111", "41111111111111110000",
        "[MASKED:openai-key]", "password=[MASKED:password-assignment]", "\"api_key\": \"[MASKED:secret-assignment]\"", "Bearer [MASKED:bearer]",
        "postgres://u:[MASKED:url-password]@h/d",
    ];

    private static IEnumerable<(string, string, string)> Build()
    {
        // https://platform.openai.com/docs/api-reference/authentication; gitleaks openai-api-key, secretlint openai
        foreach (var key in new[]
        {
            "sk-" + Of(Alphanumeric, 20) + "T3BlbkFJ" + Of(Alphanumeric, 20, 2), "sk-proj-" + Of(Base64Url, 74) + "T3BlbkFJ" + Of(Base64Url, 74, 2),
            "sk-svcacct-" + Of(Base64Url, 60), "sk-admin-" + Of(Base64Url, 60), "sk-proj-" + Of(Alphanumeric, 24), "sk-or-v1-" + Of("abcdef" + Digits, 64), "sk-" + Of("abcdef" + Digits, 32),
        })
            yield return ("openai-key", key, key);

        // https://docs.anthropic.com/en/api/getting-started; gitleaks anthropic-api-key, secretlint anthropic
        foreach (var key in new[] { "sk-ant-api03-" + Of(Base64Url, 93) + "AA", "sk-ant-admin01-" + Of(Base64Url, 93) + "AA", "sk-ant-oat01-" + Of(Base64Url, 80) })
            yield return ("anthropic-key", key, key);

        // https://cloud.google.com/docs/authentication/api-keys; gitleaks gcp-api-key
        yield return Alone("google-api-key", "AIza" + Of(Base64Url, 35));
        // https://huggingface.co/docs/hub/security-tokens; gitleaks huggingface-access-token
        yield return Alone("huggingface-token", "hf_" + Of(Lower + Upper, 34));
        // secretlint groq
        yield return Alone("groq-key", "gsk_" + Of(Alphanumeric, 52));
        // gitleaks perplexity-api-key
        yield return Alone("perplexity-key", "pplx-" + Of(Alphanumeric, 48));

        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes; gitleaks aws-access-token
        yield return Alone("aws-access-key", "AKIA" + Of(Upper + "234567", 16));
        yield return Alone("aws-access-key", "ASIA" + Of(Upper + "234567", 16, 2));
        // https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html; secretlint aws
        var aws = Of(Base64, 40);
        yield return ("aws-secret-key", "aws_secret_access_key = " + aws, aws);
        yield return ("aws-secret-key", "{\"SecretAccessKey\":\"" + aws + "\"}", aws);
        yield return ("aws-session-token", "\"SessionToken\": \"" + Of(Base64, 200) + "\"", Of(Base64, 200));
        // https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
        var storage = Of(Base64, 86) + "==";
        yield return ("azure-storage-key", "AccountName=x;AccountKey=" + storage + ";EndpointSuffix=core.windows.net", storage);
        // https://learn.microsoft.com/azure/storage/common/storage-sas-overview
        yield return ("azure-sas", "https://x.blob.core.windows.net/c?sv=2022-11-02&sig=" + Uri.EscapeDataString(Of(Base64, 43) + "="), Uri.EscapeDataString(Of(Base64, 43) + "="));
        // https://developers.google.com/identity/protocols/oauth2
        yield return Alone("google-oauth-token", "ya29." + Of(Base64Url, 120));
        yield return Alone("google-oauth-token", "GOCSPX-" + Of(Base64Url, 28));
        yield return Alone("digitalocean-token", "dop_v1_" + Of("abcdef" + Digits, 64)); // gitleaks digitalocean-pat
        yield return Alone("databricks-token", "dapi" + Of("abcdef" + Digits, 32)); // gitleaks databricks-api-token
        yield return Alone("vault-token", "hvs." + Of(Base64Url, 95)); // secretlint hashicorp-vault

        // https://github.blog/engineering/behind-githubs-new-authentication-token-formats/ (check digits); gitleaks, secretlint github
        foreach (var prefix in new[] { "ghp_", "gho_", "ghu_", "ghs_", "ghr_" })
            yield return Alone("github-token", prefix + Of(Alphanumeric, 36));
        yield return Alone("github-token", "github_pat_" + Of(Alphanumeric, 22) + "_" + Of(Alphanumeric, 59));
        yield return Alone("github-token", "ghs_12345_" + Jwt());
        // https://docs.gitlab.com/security/tokens/#token-prefixes; gitleaks gitlab-*
        foreach (var prefix in new[] { "glpat-", "gldt-", "glrt-", "glptt-", "glft-", "glsoat-" })
            yield return Alone("gitlab-token", prefix + Of(Alphanumeric, 20));
        yield return Alone("gitlab-token", "glpat-" + Of(Alphanumeric, 27) + ".0z" + Of(Lower + Digits, 7));
        yield return Alone("npm-token", "npm_" + Of(Alphanumeric, 36)); // gitleaks npm-access-token, secretlint npm
        yield return Alone("pypi-token", "pypi-AgEIcHlwaS5vcmc" + Of(Base64Url, 100)); // gitleaks pypi-upload-token
        yield return Alone("rubygems-token", "rubygems_" + Of("abcdef" + Digits, 48)); // gitleaks rubygems-api-token
        yield return Alone("docker-token", "dckr_pat_" + Of(Base64Url, 27)); // secretlint docker

        // https://docs.stripe.com/keys; gitleaks stripe-access-token, secretlint stripe
        foreach (var prefix in new[] { "sk_live_", "sk_test_", "rk_live_", "rk_test_" })
            yield return Alone("stripe-key", prefix + Of(Alphanumeric, 24));
        yield return Alone("stripe-key", "whsec_" + Of(Alphanumeric, 32));
        // https://docs.slack.dev/authentication/tokens; gitleaks slack-*, secretlint slack
        yield return Alone("slack-token", "xoxb-" + Of(Digits, 12) + "-" + Of(Digits, 12, 2) + "-" + Of(Alphanumeric, 24));
        yield return Alone("slack-token", "xapp-1-A" + Of(Upper + Digits, 10) + "-" + Of(Digits, 12) + "-" + Of("abcdef" + Digits, 64));
        yield return ("slack-token", "https://hooks.slack.com/services/T" + Of(Upper, 8) + "/B" + Of(Upper, 8) + "/" + Of(Alphanumeric, 24), "/" + Of(Alphanumeric, 24));
        yield return Alone("sendgrid-key", "SG." + Of(Base64Url, 22) + "." + Of(Base64Url, 43)); // secretlint sendgrid
        yield return Alone("shopify-token", "shpat_" + Of("abcdef" + Digits, 32)); // gitleaks shopify-access-token
        yield return Alone("grafana-token", "glsa_" + Of(Alphanumeric, 32) + "_" + Of("abcdef" + Digits, 8)); // gitleaks grafana-service-account-token
        yield return Alone("linear-key", "lin_api_" + Of(Alphanumeric, 40)); // gitleaks linear-api-key
        yield return Alone("notion-token", "ntn_" + Of(Digits, 11) + Of(Alphanumeric, 35)); // gitleaks notion-api-token
        yield return Alone("tailscale-key", "tskey-auth-" + Of(Alphanumeric, 16) + "-" + Of(Alphanumeric, 32)); // secretlint tailscale

        // RFC 7519, RFC 7516
        yield return Alone("jwt", Jwt());
        yield return Alone("jwt", "eyJ" + Of(Base64Url, 40) + ".." + Of(Base64Url, 16) + "." + Of(Base64Url, 60) + "." + Of(Base64Url, 22));
        // RFC 7468, RFC 4880 6.2; gitleaks private-key, secretlint privatekey
        yield return Alone("private-key", Pem());
        yield return Alone("private-key", Pem(3, "\\n"));
        yield return Alone("private-key", Pem().Replace("BEGIN PRIVATE", "BEGIN Odd/1 PRIVATE", StringComparison.Ordinal));
        yield return Alone("private-key", Pem().Replace("PRIVATE", "RSA PRIVATE", StringComparison.Ordinal));
        yield return Alone("age-key", "AGE-SECRET-KEY-1" + Of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)); // gitleaks age-secret-key

        // RFC 3986 3.2.1; secretlint basicauth, database-connection-string
        yield return ("url-password", "postgresql://app:s3cr3tP4ss@db.internal:5432/orders", "s3cr3tP4ss");
        yield return ("url-password", "mongodb+srv://app:myR3alP@ssw0rd@cluster0.mongodb.net/x", "myR3alP@ssw0rd");
        yield return ("url-password", "redis://:hunter22@cache:6379", "hunter22");
        // RFC 6750, RFC 7617; gitleaks curl-auth-header
        yield return ("bearer", "curl -H 'Authorization: Bearer " + Of(Alphanumeric, 30) + "'", Of(Alphanumeric, 30));
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("elastic:changeit1"));
        yield return ("basic", "Authorization: Basic " + basic, basic);
        // RFC 6749 5.1
        yield return ("oauth-answer", "{\"access_token\":\"" + Of(Alphanumeric, 40) + "\",\"expires_in\":3600}", Of(Alphanumeric, 40));
        yield return ("oauth-answer", "grant_type=refresh_token&refresh_token=" + Of(Alphanumeric, 40) + "&x=1", Of(Alphanumeric, 40));
        yield return ("oauth-answer", "client_secret: '" + Of(Alphanumeric, 32) + "'", Of(Alphanumeric, 32));
        // gitleaks generic-api-key, hashicorp-tf-password
        yield return ("password-assignment", "{\"user\":\"x\",\"password\":\"hunter2!\"}", "hunter2!");
        yield return ("password-assignment", "DB_PASSWORD=Tr0ub4dor&3", "Tr0ub4dor");
        yield return ("password-assignment", "administrator_login_password = \"thisIsDog11\"", "thisIsDog11");
        yield return ("password-assignment", "  passwd: 'p@ss w0rd 12'", "p@ss w0rd 12");
        yield return ("password-assignment", "<password>S3cur3It</password>", "S3cur3It");
        yield return ("password-assignment", "Server=db;User Id=sa;Pwd=Str0ng!Pass;", "Str0ng!Pass");
        yield return ("password-assignment", "config['password'] = 'abc123xyz'", "abc123xyz");
        yield return ("secret-assignment", "api_key: " + Of(Alphanumeric, 32), Of(Alphanumeric, 32));
        yield return ("secret-assignment", "SECRET_KEY=\"" + Of(Alphanumeric, 50) + "\"", Of(Alphanumeric, 50));
        yield return ("secret-assignment", "{\"token\":\"" + Of("abcdef" + Digits, 40) + "\"}", Of("abcdef" + Digits, 40));
        yield return ("secret-assignment", "curl --header 'Authorization:  5eb4223e-5008-46e5-be67-c7b8f2732305'", "5eb4223e-5008-46e5-be67-c7b8f2732305");
        foreach (var form in new[] { "var apiToken string = \"{0}\"", "api_TOKEN ::= \"{0}\"", "API_TOKEN ?= \"{0}\"", "setProperty(\"API_TOKEN\", \"{0}\")", "<apiToken>\n    {0}\n</apiToken>", "-H 'Authorization: Token {0}'" })
            yield return ("secret-assignment", form.Replace("{0}", Of(Lower + Digits, 24), StringComparison.Ordinal), Of(Lower + Digits, 24));
        // ISO/IEC 7812-1 (numbers of test cards that the issuers publish)
        foreach (var card in new[] { "4111111111111111", "4012 8888 8888 1881", "5555-5555-5555-4444", "378282246310005", "3782 822463 10005", "6011111111111117", "2223003122003222" })
            yield return ("credit-card", "card " + card + ", exp 12/29", card);
    }

    private static (string, string, string) Alone(string detector, string secret) => (detector, secret, secret);
}
