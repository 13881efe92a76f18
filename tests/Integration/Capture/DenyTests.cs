using System.Net;
using System.Net.Sockets;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>Ways round a policy that lets only targets through, and only what can be read: each is refused and recorded, and nobody outside sees it.</summary>
[Collection(SharedDenying.Name)]
public sealed class DenyTests(DenyingCapture pod)
{
    [NetworkFact]
    public async Task Targets_are_reached()
    {
        using var client = pod.Client(World.App);
        Assert.Equal("hello by HTTP/1.1", await client.GetStringAsync(new Uri("https://app.target.test/target")));

        Assert.Equal("app", (await pod.RequestAsync("/target")).Text("target"));
    }

    [NetworkFact]
    public async Task Name_that_lies_about_the_address_is_answered_by_the_recorder()
    {
        using var client = pod.Client(World.Attacker, HttpVersion.Version20);
        using var answer = await client.GetAsync(new Uri("https://app.target.test/lie"));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        var request = await pod.RequestAsync("/lie");
        Assert.Equal($"{World.Attacker}:443", request.Text("destination"));
        Assert.False(pod.World.Server.Saw("/lie"));
    }

    [NetworkFact]
    public async Task Name_that_lies_about_the_address_is_refused_where_no_http_is_offered()
    {
        using var client = pod.Client(World.Attacker);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("https://app.target.test/quiet-lie")));

        await RefusedAsync("untrusted", $"{World.Attacker}:443");
        Assert.False(pod.World.Server.Saw("/quiet-lie"));
    }

    [NetworkFact]
    public async Task Address_without_a_name_is_refused()
    {
        using var client = pod.Client(World.Other);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri($"https://{World.Other}/raw")));

        await RefusedAsync("unmatched", $"{World.Other}:443");
        Assert.False(pod.World.Server.Saw("/raw"));
    }

    [NetworkTheory]
    [InlineData(World.Other, World.Other, "/no-name")]
    [InlineData(World.Other, "app.target.test", "/name-of-a-target-elsewhere")]
    [InlineData(World.App, "evil.test", "/own-name-for-a-target")]
    public async Task Plaintext_that_is_no_targets_is_refused(string address, string host, string path)
    {
        using var client = pod.Client(address, port: 80);
        using var answer = await client.GetAsync(new Uri($"http://{host}{path}"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var request = await pod.RequestAsync(path);
        Assert.Equal(("unmatched", $"{address}:80"), (request.Text("target"), request.Text("destination")));
        Assert.False(pod.World.Server.Saw(path));
    }

    [NetworkFact]
    public async Task Own_name_for_the_address_of_a_target_is_refused()
    {
        using var client = pod.Client(World.App);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("https://evil.test/own-name")));

        await RefusedAsync("unmatched", $"{World.App}:443", "evil.test");
        Assert.False(pod.World.Server.Saw("/own-name"));
    }

    [NetworkTheory]
    [InlineData("--http1.1")]
    [InlineData("--http2")]
    public async Task Another_host_behind_the_name_of_a_target_is_refused(string version)
    {
        var (_, said) = await pod.RunAsync(
            "curl", ["-sS", version, "-w", " %{http_code}", "-H", "Host: fronted.test", $"https://app.target.test/fronted{version}"],
            ("CURL_CA_BUNDLE", pod.Bundle(TrustBundle.PemName)));

        Assert.EndsWith(" 403", said, StringComparison.Ordinal);
        await pod.RequestAsync($"/fronted{version}");
        Assert.False(pod.World.Server.Saw("/fronted"));
    }

    [NetworkTheory]
    [InlineData("other.test")]
    [InlineData("secret.evil.test")]
    public async Task Other_names_are_not_resolved(string name)
    {
        var (_, said) = await pod.RunAsync("dig", ["+tries=1", name]);
        Assert.Contains("status: REFUSED", said, StringComparison.Ordinal);

        await pod.RecordAsync("dns.query", record => record.Text("status") == "refused" && CapturePod.TextOf(record, "name").Contains(name, StringComparison.Ordinal));
    }

    [NetworkFact]
    public async Task Bytes_to_somebody_else_are_refused()
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Other, 4444));
        using var agent = pod.Connect(World.Other, 4444);
        agent.Send("carried out\n"u8);
        agent.Shutdown(SocketShutdown.Send);

        Assert.True(IsOver(agent));
        await RefusedAsync("unmatched", $"{World.Other}:4444");
        Assert.False(listener.Poll(0, SelectMode.SelectRead));
    }

    [NetworkFact]
    public async Task Silence_to_somebody_else_is_ended()
    {
        Assert.True(IsOver(pod.Silent!));
        await RefusedAsync("silent", $"{World.Other}:9");
    }

    [NetworkFact]
    public async Task Half_a_handshake_is_ended()
    {
        Assert.True(IsOver(pod.HalfSpoken!));
        await RefusedAsync("protocol", $"{World.App}:443");
    }

    [NetworkFact]
    public async Task Tls_into_the_pod_is_refused()
    {
        await WayOutTests.TlsIntoThePodAsync(pod, 8443, accepted: false);
        await RefusedAsync("uninterceptable", $"{NetworkPair.PodV4}:8443");
    }

    [NetworkFact]
    public async Task Dns_over_https_and_over_tls_is_refused()
    {
        using var client = pod.Client(World.Other, HttpVersion.Version20);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("https://other.test/dns-query?dns=AAAB")));
        await RefusedAsync("unmatched", $"{World.Other}:443");
        using var socket = pod.Connect(World.Other, 853);
        await Assert.ThrowsAnyAsync<IOException>(() => pod.TlsAsync(new NetworkStream(socket), "other.test"));

        await RefusedAsync("unmatched", $"{World.Other}:853");
        Assert.False(pod.World.Server.Saw("/dns-query"));
    }

    /// <summary>What stands behind a chunk's size is nobody's text: it would arrive, and no record would have it.</summary>
    [NetworkFact]
    public async Task Extension_of_a_chunk_does_not_arrive()
    {
        using var agent = pod.Connect(World.App, 80);
        agent.Send("POST /extension HTTP/1.1\r\nHost: app.target.test\r\nTransfer-Encoding: chunked\r\n\r\n1;carried=out\r\nx\r\n0\r\n\r\n"u8);
        await using var stream = new NetworkStream(agent);
        using var reader = new StreamReader(stream);

        Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync());
        Assert.False(pod.World.Server.Saw("/extension"));
    }

    [NetworkFact]
    public async Task Name_with_its_last_dot_is_the_targets()
    {
        var (exitCode, said) = await pod.RunAsync("curl", ["-sS", "https://app.target.test./last-dot"], ("CURL_CA_BUNDLE", pod.Bundle(TrustBundle.PemName)));

        Assert.Equal((0, "hello by HTTP/2"), (exitCode, said));
        Assert.Equal("app", (await pod.RequestAsync("/last-dot")).Text("target"));
    }

    [NetworkTheory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Straight_to_the_recorder_is_refused(string address) =>
        Assert.Equal(SocketError.ConnectionRefused, pod.ConnectError(address, RedirectedPod.TcpPort));

    [NetworkFact]
    public async Task Client_that_takes_only_the_real_certificate_is_refused()
    {
        for (var i = 0; i < 2; i++)
        {
            var (exitCode, _) = await pod.RunAsync("curl", ["-sS", "--cacert", pod.RealAuthority, "https://api.target.test/pinned"]);
            Assert.NotEqual(0, exitCode);
        }

        await RefusedAsync("uninterceptable", $"{World.Api}:443", "api.target.test");
    }

    [NetworkFact]
    public async Task Ssh_is_refused()
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 22));
        using var agent = pod.Connect(World.Lines, 22);
        using var server = RedirectedPod.Waiting(listener).Accept();
        server.Send("SSH-2.0-test\r\n"u8);

        Assert.True(IsOver(agent));
        await RefusedAsync("uninterceptable", $"{World.Lines}:22");
    }

    [NetworkFact]
    public async Task Tls_in_the_middle_of_words_is_refused()
    {
        using var begun = StartTls.Begin(pod);

        Assert.Equal("", StartTls.Heard(begun.Server, StartTls.Hello.Length));
        Assert.True(IsOver(begun.Agent));
        await pod.RecordAsync("channel.closed", record => record.Text("reason") == "uninterceptable");
    }

    /// <summary>Servers take an empty line before a request, and more: what is not taken for HTTP does not get round a guard as bytes.</summary>
    [NetworkTheory]
    [InlineData("GET /admin HTTP/1.1\r\nHost: app.target.test\r\n\r\n")]
    [InlineData("\r\nGET /admin HTTP/1.1\r\nHost: app.target.test\r\n\r\n")]
    [InlineData("\r\n\r\n\r\nGET /admin HTTP/1.1\r\nHost: app.target.test\r\n\r\n")]
    [InlineData(" GET /admin HTTP/1.1\r\nHost: app.target.test\r\n\r\n")]
    [InlineData("get /admin HTTP/1.1\r\nHost: app.target.test\r\n\r\n")]
    public async Task Guarded_path_is_not_reached_by_odd_requests(string request)
    {
        using (var plain = pod.Connect(World.App, 80))
        {
            plain.Send(System.Text.Encoding.ASCII.GetBytes(request));
            plain.Shutdown(SocketShutdown.Send);
            Assert.True(IsOver(plain));
        }
        using var socket = pod.Connect(World.App, 443);
        await using var tls = await pod.TlsAsync(new NetworkStream(socket), "app.target.test");
        await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes(request));
        await tls.ShutdownAsync();
        try
        {
            await tls.CopyToAsync(Stream.Null);
        }
        catch (IOException)
        {
            // reset: that is refused, too
        }

        Assert.False(pod.World.Server.Saw("/admin"));
    }

    /// <summary>Others may have been refused there for the same reason: where a name is given it is looked for with it.</summary>
    private Task<SessionRecord> RefusedAsync(string reason, string destination, string? name = null) => pod.RecordAsync(
        "connection.refused",
        record => record.Text("reason") == reason && record.Text("destination") == destination && (name is null || CapturePod.TextOf(record, "name") == name));

    /// <summary>Whether a connection ends, whatever comes before that.</summary>
    private static bool IsOver(Socket socket)
    {
        var buffer = new byte[4096];
        try
        {
            while (socket.Poll(20_000_000, SelectMode.SelectRead))
                if (socket.Receive(buffer) == 0)
                    return true;
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
