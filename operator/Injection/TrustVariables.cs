namespace K8sRecorder.Operator.Injection;

/// <summary>By which variables the runtimes learn whom to believe (docs/trust.md).</summary>
internal static class TrustVariables
{
    /// <summary>Appended to what is there: of a property that stands twice the last counts.</summary>
    public const string JavaOptions = "JAVA_TOOL_OPTIONS";

    public const string JavaTrust = "-Djavax.net.ssl.trustStore=" + RecorderNames.JavaBundle + " -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=changeit";

    private static readonly string[] Bundles =
    [
        "SSL_CERT_FILE", // OpenSSL, Go, Ruby, Python, Rust, PHP, .NET
        "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "GIT_SSL_CAINFO", "PIP_CERT", "CARGO_HTTP_CAINFO",
        "NPM_CONFIG_CAFILE", "YARN_HTTPS_CA_FILE_PATH", "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", "HTTPLIB2_CA_CERTS", "PERL_LWP_SSL_CA_FILE", "CONDA_SSL_VERIFY",
        "HEX_CACERTS_PATH", "NIX_SSL_CERT_FILE",
        "NODE_EXTRA_CA_CERTS", "DENO_CERT",
    ];

    /// <summary>Name and value of each.</summary>
    public static IReadOnlyList<(string Name, string Value)> All { get; } =
    [
        .. Bundles.Select(name => (name, RecorderNames.PemBundle)),
        ("SSL_CERT_DIR", RecorderNames.TrustPath), ("NODE_USE_SYSTEM_CA", "1"), ("DENO_TLS_CA_STORE", "system,mozilla"), ("UV_NATIVE_TLS", "true"), ("UV_SYSTEM_CERTS", "true"),
    ];
}
