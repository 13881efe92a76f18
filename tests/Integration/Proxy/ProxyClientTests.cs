using K8sRecorder.Integration.Capture;
using K8sRecorder.Integration.Trust;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Integration.Proxy;

/// <summary>Clients that people use, each by the variables that it has for a proxy and for what it believes.</summary>
public sealed class ProxyClientTests(ProxiedAgent agent) : IClassFixture<ProxiedAgent>
{
    [Theory]
    [InlineData("--http1.1", "hello by HTTP/1.1")]
    [InlineData("--http2", "hello by HTTP/2")]
    public Task Curl_is_recorded(string version, string expected) => IsRecordedAsync($"/curl{version}", expected, url => ("curl", ["-sS", version, url]));

    [Fact]
    public async Task Curl_in_plaintext_is_recorded_each_url_by_itself()
    {
        var (exitCode, said) = await agent.RunAsync("curl", ["-sS", agent.Http + "/plain1", agent.Http + "/plain2", $"{agent.Http}/plain3".Replace("localhost", "localhost.", StringComparison.Ordinal)]);
        Assert.Equal((0, 3), (exitCode, said.Split("hello by HTTP/1.1").Length - 1));

        foreach (var path in new[] { "/plain1", "/plain2", "/plain3" })
        {
            var request = await agent.RequestAsync(path);
            Assert.Equal("origin", request.Text("target"));
            var response = await agent.RecordAsync("http.response", record => record.Channel == request.Channel);
            Assert.Equal($"127.0.0.1:{agent.Origin.PlainPort}", response.Text("dialled"));
        }
    }

    [Fact]
    public async Task Curl_by_ALL_PROXY_is_recorded()
    {
        var (exitCode, said) = await agent.RunAsync(
            "curl", ["-sS", agent.Https + "/all"], ("https_proxy", ""), ("HTTPS_PROXY", ""), ("http_proxy", ""), ("HTTP_PROXY", ""), ("ALL_PROXY", agent.Proxy));
        Assert.True(exitCode == 0, said);

        Assert.Equal("origin", (await agent.RequestAsync("/all")).Text("target"));
    }

    [Fact]
    public async Task Curl_is_told_what_is_refused()
    {
        var (exitCode, said) = await agent.RunAsync("curl", ["-sS", "https://secret.attacker.example/"]);
        Assert.Equal(56, exitCode);
        Assert.Contains("403", said, StringComparison.Ordinal);

        var refused = await agent.RecordAsync("connection.refused", record => RecordWatch.TextOf(record, "authority") == "secret.attacker.example:443");
        Assert.Equal("unmatched", refused.Text("reason"));
    }

    [Fact]
    public async Task Curl_is_told_what_is_denied_inside_and_by_another_name_gets_nowhere()
    {
        var (_, said) = await agent.RunAsync("curl", ["-sS", "-w", "%{http_code}", agent.Https + "/admin/x"]);
        Assert.EndsWith("403", said, StringComparison.Ordinal);
        var (exitCode, _) = await agent.RunAsync("curl", ["-sS", "--connect-to", $"::localhost:{agent.Origin.TlsPort}", "https://fronted.test/admin/x"]);
        Assert.NotEqual(0, exitCode);

        Assert.Equal("no-admin", (await agent.RecordAsync("guard.denied", _ => true)).Text("rule"));
        var refused = await agent.RecordAsync("connection.refused", record => RecordWatch.TextOf(record, "name") == "fronted.test");
        Assert.Equal($"localhost:{agent.Origin.TlsPort}", RecordWatch.TextOf(refused, "authority"));
    }

    [Fact]
    public async Task Node_is_recorded_and_its_websocket()
    {
        var said = await NodeProcess.RunAsync("tests/node/proxied.mjs", new Dictionary<string, string>
        {
            ["HTTPS_PROXY"] = agent.Proxy,
            ["HTTP_PROXY"] = agent.Proxy,
            ["NODE_EXTRA_CA_CERTS"] = agent.Bundle(TrustBundle.PemName),
            ["URLS"] = $"{agent.Https}/node {agent.Http}/node-plain {agent.Https.Replace("https", "wss", StringComparison.Ordinal)}/ws",
        });
        Assert.Equal("200 hello by HTTP/1.1\n\n200 hello by HTTP/1.1\n\nhello by a message\n", said);

        Assert.Equal(("origin", "1.3"), ((await agent.RequestAsync("/node HTTP")).Text("target"), (await agent.RequestAsync("/node HTTP")).Text("tls")));
        Assert.Equal("origin", (await agent.RequestAsync("/node-plain")).Text("target"));
        Assert.Equal("text", (await agent.RecordAsync("ws.message", record => record.Text("from") == "agent")).Text("type"));
    }

    [Fact]
    public Task Python_is_recorded() => IsRecordedAsync("/python", "hello by HTTP/1.1", url => ("/usr/bin/python3", [ClientRun.Source("get.py"), url]));

    [Fact]
    public Task Dotnet_is_recorded() =>
        IsRecordedAsync("/dotnet", "hello by HTTP/1.1", url => (Path.Combine(AppContext.BaseDirectory, "K8sRecorder.Soak"), ["https-get", url]));

    [Fact]
    public Task Git_is_recorded() => IsRecordedAsync("/repository.git", "refs/heads/main", url => ("git", ["ls-remote", url]), "/repository.git/info/refs");

    [Fact]
    public async Task Openssl_is_recorded()
    {
        var (_, said) = await agent.RunAsync(
            "sh",
            ["-c", "printf 'GET /openssl HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' | openssl s_client -verify_return_error -verify_hostname localhost "
                + $"-proxy 127.0.0.1:{agent.ProxyPort} -connect localhost:{agent.Origin.TlsPort} -servername localhost -ign_eof"]);
        Assert.Contains("Verify return code: 0 (ok)", said, StringComparison.Ordinal);

        Assert.Equal("origin", (await agent.RequestAsync("/openssl")).Text("target"));
    }

    [JavaFact]
    public Task Java_is_recorded() => IsRecordedAsync(
        "/java", "200 hello by HTTP/2", url => ("java",
        [
            $"-Djavax.net.ssl.trustStore={agent.Bundle(TrustBundle.JavaName)}", "-Djavax.net.ssl.trustStoreType=PKCS12", $"-Djavax.net.ssl.trustStorePassword={JavaTrustStore.Password}",
            "-Dhttps.proxyHost=127.0.0.1", $"-Dhttps.proxyPort={agent.ProxyPort}", "-Dhttp.nonProxyHosts=", ClientRun.Source("Get.java"), url,
        ]));

    private async Task IsRecordedAsync(string path, string expected, Func<string, (string Program, string[] Arguments)> client, string? asked = null)
    {
        var (program, arguments) = client(agent.Https + path);
        var (exitCode, said) = await agent.RunAsync(program, arguments);
        Assert.True(exitCode == 0, said);
        Assert.Contains(expected, said, StringComparison.Ordinal);

        var request = await agent.RequestAsync(asked ?? path);
        Assert.Equal(("origin", "1.3", $"127.0.0.1:{agent.Origin.TlsPort}"), (request.Text("target"), request.Text("tls"), request.Text("dialled")));
        Assert.Equal($"localhost:{agent.Origin.TlsPort}", RecordWatch.TextOf(request, "authority"));
    }
}
