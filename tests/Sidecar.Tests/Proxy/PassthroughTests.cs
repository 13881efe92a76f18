using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sRecorder.Policy.Model;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Sidecar.Tests.Proxy;

/// <summary><c>tls: { mode: Passthrough }</c>: the agent's TLS goes to the target unopened; its listener's and what our proxy is asked for.</summary>
public sealed class PassthroughTests : IDisposable
{
    private readonly WorldAuthority _authority = new();
    private readonly X509Certificate2 _certificate;

    public PassthroughTests() => _certificate = _authority.Certify(["localhost"]);

    [Fact]
    public async Task Tunnels_TLS_is_the_targets_own_and_only_counted()
    {
        await using var rig = await ProxyRig.StartAsync(target: app => app with { IsPassthrough = true });
        using var agent = await rig.TunnelAsync($"localhost:{rig.Port}");
        await SpeakAsync(agent.Socket, rig.Upstream, "localhost");

        var records = await rig.RecordsAsync();
        Assert.Equal(["channel.opened", "channel.closed"], records.Select(record => record.Kind));
        Assert.Equal(("app", "TLS", "passthrough", "h2", null), (records[0].Text("target"), records[0].Text("protocol"), records[0].Text("onlyCountedFor"), records[0].Text("alpn"), records[0].Text("tls")));
        Assert.Equal(("localhost", $"localhost:{rig.Port}"), (ProxyRig.TextOf(records[0], "name"), ProxyRig.TextOf(records[0], "authority")));
        Assert.True(records[1].Number("in") > 100 && records[1].Number("out") > 100);
    }

    [Fact]
    public async Task Name_that_only_the_hello_says_opens_nothing()
    {
        await using var rig = await ProxyRig.StartAsync(UnmatchedMode.Record, app => app with { IsPassthrough = true });
        using var agent = await rig.TunnelAsync($"127.0.0.1:{rig.Port}"); // by an address that is nobody's
        using var target = await rig.Upstream.AcceptAsync();
        using var tls = new SslStream(new NetworkStream(agent.Socket));
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(Options("localhost")));
        Assert.Equal("", await target.ReadToEndAsync()); // and not a byte of it got there

        var refused = (await rig.RecordsAsync()).Single(record => record.Kind == "connection.refused");
        Assert.Equal(("untrusted", "localhost"), (refused.Text("reason"), ProxyRig.TextOf(refused, "name")));
    }

    [Fact]
    public async Task Listeners_TLS_is_the_targets_own_and_what_is_none_is_recorded()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, TargetProtocol.TCP, change: policy => policy with
        {
            Targets = [policy.Targets[0] with { IsPassthrough = true, Upstream = policy.Targets[0].Upstream! with { Tls = UpstreamTlsMode.Passthrough } }],
        });
        using (var agent = await RawConnection.ToAsync(sidecar.Port))
            await SpeakAsync(agent.Socket, upstream, "localhost");
        using (var agent = await RawConnection.ToAsync(sidecar.Port))
        {
            await agent.SendAsync("in the clear");
            using var target = await upstream.AcceptAsync();
            Assert.Equal("in the clear", await target.ReadAsync(12));
        }
        await sidecar.StopAsync();

        var opened = (await Recorded.RecordsAsync(sidecar)).Where(record => record.Kind == "channel.opened").ToList();
        Assert.Equal(["passthrough", null], opened.Select(record => record.Text("onlyCountedFor")));
        Assert.Equal("localhost", ProxyRig.TextOf(opened[0], "name"));
        Assert.Contains("in the clear", Recorded.EverythingStored(sidecar), StringComparison.Ordinal);
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Theory]
    [InlineData(true, "HTTP/1.1 200 ")]
    [InlineData(false, "HTTP/1.1 502 ")]
    public async Task Listeners_upstream_is_believed_by_an_authority_that_the_policy_adds(bool isAdded, string expected)
    {
        using var folder = new K8sRecorder.Testing.TemporaryFolder();
        await File.WriteAllTextAsync(folder["ca.crt"], _authority.Pem);
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(
            upstream.Port, authorities: isAdded ? [folder["ca.crt"]] : [],
            change: policy => policy with
            {
                Targets = [policy.Targets[0] with { Upstream = policy.Targets[0].Upstream! with { Tls = UpstreamTlsMode.Verify, ServerName = "localhost" } }],
            });
        using var agent = await RawConnection.ToAsync(sidecar.Port);
        await agent.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        using var target = await upstream.AcceptAsync();
        await using var tls = new SslStream(new NetworkStream(target.Socket));
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate });
            await tls.ReadExactlyAsync(new byte[16]);
            await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        }
        catch (Exception notBelieved) when (!isAdded && notBelieved is IOException or System.Security.Authentication.AuthenticationException)
        {
            // as it should be
        }

        Assert.StartsWith(expected, await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
    }

    /// <summary>Both ends shake hands with each other, see each other's certificate, and say something.</summary>
    private async Task SpeakAsync(Socket agent, RawUpstream upstream, string name)
    {
        using var ours = new SslStream(new NetworkStream(agent));
        var shaking = ours.AuthenticateAsClientAsync(Options(name));
        using var target = await upstream.AcceptAsync();
        using var theirs = new SslStream(new NetworkStream(target.Socket));
        await theirs.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] });
        await shaking;
        Assert.Equal(_certificate.GetCertHashString(), ours.RemoteCertificate!.GetCertHashString()); // theirs, and none of ours
        await ours.WriteAsync(Encoding.ASCII.GetBytes("a secret of theirs"));
        var buffer = new byte[18];
        await theirs.ReadExactlyAsync(buffer);
        await theirs.WriteAsync(buffer);
        await ours.ReadExactlyAsync(buffer);
        Assert.Equal("a secret of theirs", Encoding.ASCII.GetString(buffer));
        agent.Shutdown(SocketShutdown.Send);
        target.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await agent.ReceiveAsync(buffer));
    }

    private SslClientAuthenticationOptions Options(string name)
    {
        var believing = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        believing.CustomTrustStore.Add(X509Certificate2.CreateFromPem(_authority.Pem));
        return new() { TargetHost = name, ApplicationProtocols = [SslApplicationProtocol.Http2], CertificateChainPolicy = believing };
    }
}
