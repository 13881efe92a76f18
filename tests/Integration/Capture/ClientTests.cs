using K8sRecorder.Integration.Redirect;
using K8sRecorder.Integration.Trust;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>Clients that people use, which know nothing of the recorder but its bundle, each by its own variable.</summary>
[Collection(SharedRecording.Name)]
public sealed class ClientTests(RecordingCapture pod)
{
    private const string V4 = $"{NetworkPair.FarV4}:443", V6 = $"[{NetworkPair.FarV6}]:443";

    [NetworkTheory]
    [InlineData("--http1.1", "-4", "hello by HTTP/1.1", V4)]
    [InlineData("--http1.1", "-6", "hello by HTTP/1.1", V6)]
    [InlineData("--http2", "-4", "hello by HTTP/2.0", V4)]
    [InlineData("--http2", "-6", "hello by HTTP/2.0", V6)]
    public Task Curl_is_recorded(string version, string family, string expected, string destination) =>
        IsRecordedAsync($"/curl{version}{family}", destination, expected, url => ("curl", ["-sS", version, family, url]), "CURL_CA_BUNDLE");

    [NetworkTheory]
    [InlineData("-4", $"{NetworkPair.FarV4}:80")]
    [InlineData("-6", $"[{NetworkPair.FarV6}]:80")]
    public async Task Curl_in_plaintext_is_recorded(string family, string destination)
    {
        var (exitCode, said) = await pod.RunAsync("curl", ["-sS", family, $"http://api.target.test/plain{family}"]);
        Assert.Equal((0, "hello by HTTP/1.1\n"), (exitCode, said));

        var request = await pod.RequestAsync($"/plain{family}");
        Assert.Equal(("api", destination, null), (request.Text("target"), request.Text("destination"), request.Text("tls")));
    }

    [NetworkFact]
    public Task Node_is_recorded() => IsRecordedAsync("/node", null, "hello by HTTP/1.1", url => ("node", [ClientRun.Source("get.mjs"), url]), "NODE_EXTRA_CA_CERTS", times: 2);

    [NetworkFact]
    public Task Python_is_recorded() => IsRecordedAsync("/python", null, "hello by HTTP/1.1", url => ("/usr/bin/python3", [ClientRun.Source("get.py"), url]), "SSL_CERT_FILE");

    [NetworkFact]
    public Task Dotnet_is_recorded() => IsRecordedAsync(
        "/dotnet", null, "hello by HTTP/1.1", url => (Path.Combine(AppContext.BaseDirectory, "K8sRecorder.Soak"), ["https-get", url]), "SSL_CERT_FILE");

    [JavaNetworkFact]
    public async Task Java_is_recorded()
    {
        var options = $"-Djavax.net.ssl.trustStore={pod.Bundle(TrustBundle.JavaName)} -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword={JavaTrustStore.Password}";
        var (exitCode, said) = await pod.RunAsync("java", [ClientRun.Source("Get.java"), "https://api.target.test/java"], ("JAVA_TOOL_OPTIONS", options));
        Assert.True(exitCode == 0, said);
        Assert.Contains("200 hello by HTTP/2.0", said, StringComparison.Ordinal);

        Assert.Equal("api", (await pod.RequestAsync("/java")).Text("target"));
    }

    [NetworkFact]
    public async Task Openssl_is_recorded()
    {
        var (_, said) = await pod.RunAsync(
            "sh", ["-c", "printf 'GET /openssl HTTP/1.0\\r\\nHost: api.target.test\\r\\n\\r\\n' | openssl s_client -verify_return_error -verify_hostname api.target.test -connect api.target.test:443 -ign_eof"],
            ("SSL_CERT_FILE", pod.Bundle(TrustBundle.PemName)));
        Assert.Contains("Verify return code: 0 (ok)", said, StringComparison.Ordinal);
        Assert.Contains("hello by HTTP/1.", said, StringComparison.Ordinal);

        Assert.Equal("api", (await pod.RequestAsync("/openssl")).Text("target"));
    }

    [NetworkFact]
    public Task Git_is_recorded() => IsRecordedAsync(
        "/repository.git", null, "refs/heads/main", url => ("git", ["ls-remote", url]), "GIT_SSL_CAINFO", "/repository.git/info/refs");

    private async Task IsRecordedAsync(
        string path, string? destination, string expected, Func<string, (string Program, string[] Arguments)> client, string variable, string? asked = null, int times = 1)
    {
        var (program, arguments) = client($"https://api.target.test{path}");
        var (exitCode, said) = await pod.RunAsync(program, arguments, (variable, pod.Bundle(TrustBundle.PemName)));
        Assert.True(exitCode == 0, said);
        Assert.Equal(times, said.Split(expected).Length - 1);

        var request = await pod.RequestAsync(asked ?? path);
        Assert.Equal(("api", "1.3"), (request.Text("target"), request.Text("tls")));
        Assert.Contains(request.Text("destination"), destination is null ? new[] { V4, V6 } : new[] { destination });
    }
}
