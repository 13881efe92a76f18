using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Integration.Trust;

/// <summary>Clients that people use believe the pod's authority by the variable that each has for it, and do not without.</summary>
public sealed class RealClientsTests : IAsyncLifetime
{
    private readonly TrustedServer _server = TrustedServer.Start();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public Task Curl_believes_by_SSL_CERT_FILE() => BelievesAsync("curl", ["-sS", "-w", "%{http_code} ", _server.Url], "SSL_CERT_FILE", "hello200 ");

    [Fact]
    public Task Curl_believes_by_CURL_CA_BUNDLE() => BelievesAsync("curl", ["-sS", "-w", "%{http_code} ", _server.Url], "CURL_CA_BUNDLE", "hello200 ");

    [Fact]
    public Task Node_believes_by_NODE_EXTRA_CA_CERTS() =>
        BelievesAsync("node", [ClientRun.Source("get.mjs"), _server.Url], "NODE_EXTRA_CA_CERTS", $"{TrustedServer.Answer}\n{TrustedServer.Answer}\n", saysSo: false);

    [Fact]
    public Task Python_believes_by_SSL_CERT_FILE() => BelievesAsync("python3", [ClientRun.Source("get.py"), _server.Url], "SSL_CERT_FILE", TrustedServer.Answer);

    [Fact]
    public Task Dotnet_believes_by_SSL_CERT_FILE() =>
        BelievesAsync(Path.Combine(AppContext.BaseDirectory, "K8sRecorder.Soak"), ["https-get", _server.Url], "SSL_CERT_FILE", TrustedServer.Answer, saysSo: false);

    [Fact]
    public async Task Openssl_believes_by_SSL_CERT_FILE()
    {
        string[] arguments = ["s_client", "-verify_return_error", "-verify_hostname", "localhost", "-connect", new Uri(_server.Url).Authority];
        var (_, said) = await ClientRun.RunAsync("openssl", arguments, ("SSL_CERT_FILE", _server.Pem));
        Assert.Contains("Verify return code: 0 (ok)", said, StringComparison.Ordinal);
        (_, said) = await ClientRun.RunAsync("openssl", arguments);
        Assert.DoesNotContain("Verify return code: 0 (ok)", said, StringComparison.Ordinal);
    }

    [JavaFact]
    public async Task Java_believes_by_its_trust_store()
    {
        var options = $"-Djavax.net.ssl.trustStore={_server.Java} -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword={JavaTrustStore.Password}";
        var (exitCode, said) = await ClientRun.RunAsync("java", [ClientRun.Source("Get.java"), _server.Url], ("JAVA_TOOL_OPTIONS", options));
        Assert.True(exitCode == 0, said);
        Assert.Contains(TrustedServer.Answer, said, StringComparison.Ordinal);
    }

    [JavaFact]
    public async Task Java_lists_every_authority_as_one()
    {
        var (exitCode, said) = await ClientRun.RunAsync("keytool", ["-list", "-keystore", _server.Java, "-storepass", JavaTrustStore.Password]);
        Assert.True(exitCode == 0, said);
        var certificates = File.ReadAllText(_server.Pem).Split("BEGIN CERTIFICATE").Length - 1;
        Assert.Equal(certificates, said.Split("trustedCertEntry").Length - 1);
    }

    /// <summary>Some look at the certificate when their handshake is done, and then close without an alert.</summary>
    private async Task BelievesAsync(string program, string[] arguments, string variable, string expected, bool saysSo = true)
    {
        var (exitCode, said) = await ClientRun.RunAsync(program, arguments, (variable, _server.Pem));
        Assert.True(exitCode == 0, said);
        Assert.Contains(expected, said, StringComparison.Ordinal);
        (exitCode, said) = await ClientRun.RunAsync(program, arguments);
        Assert.True(exitCode != 0, said);
        // a client may be gone before its last bytes were read
        await _server.StopAsync();
        var last = _server.Handshakes[^1].Outcome;
        Assert.True(saysSo ? last is TlsServerOutcome.CertificateRefused : last is TlsServerOutcome.Done or TlsServerOutcome.Closed, $"{last} {said}");
    }
}
