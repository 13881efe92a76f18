using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Http2;
using K8sRecorder.Testing.Net;
using static K8sRecorder.Testing.Http2.Http2Frames;

namespace K8sRecorder.Sidecar.Tests.Http2;

/// <summary>
/// A target that takes one stream at a time, or few, from the beginning or from some time on, and maybe one connection: the many of an agent's
/// connection are all answered, at a listener and where the connection was captured.
/// </summary>
public sealed class NarrowTests : IDisposable
{
    private const int Streams = 40, Held = 10;

    private readonly TemporaryFolder _folder = new();
    private readonly WorldAuthority _authority = new();
    private readonly X509Certificate2 _certificate;

    public NarrowTests()
    {
        File.WriteAllText(_folder["ca.crt"], _authority.Pem);
        _certificate = _authority.Certify("localhost");
    }

    [Theory]
    [InlineData(false, 1, 0, Others.Served)]
    [InlineData(false, 1, Held, Others.Refused)]
    [InlineData(true, 3, 0, Others.Served)]
    [InlineData(true, 1, Held, Others.Served)]
    [InlineData(true, 1, 0, Others.Refused)]
    [InlineData(true, 1, 0, Others.Dropped)]
    [InlineData(true, 1, 0, Others.DroppedInside)]
    [InlineData(true, 1, 0, Others.SentAway)]
    public async Task All_streams_of_one_connection_are_answered_and_recorded(bool captured, int limit, int widerUntil, Others others)
    {
        await using var target = new NarrowTarget(new TcpListener(IPAddress.Loopback, 0), _certificate, limit, widerUntil, others);
        await using var sidecar = await TestSidecar.StartAsync(target.Port, authorities: [_folder["ca.crt"]], change: policy => Change(policy, target.Port, captured));
        using var agent = captured ? await CapturedAsync(sidecar, target.Port) : await Http2Peer.ToAsync(sidecar.Port);
        var asking = Agent();
        for (var i = 0; i < Streams; i++)
            asking.Get((2 * i) + 1, $"/{(2 * i) + 1}");
        await agent.SendAsync(asking);
        var answers = new Dictionary<int, string>();
        var ended = 0;
        while (ended < Streams && await agent.ReadUntilAsync(frame => frame.Type is Data or Headers or Reset or GoAway) is { } frame)
        {
            if (frame.Type is not Data)
                answers[frame.Stream] = frame.Type == Headers ? $"{frame.Status}" : $"{frame.Type}: {frame.Code}";
            if (frame.EndsStream || frame.Type == Reset)
                ended++;
        }
        Assert.Equal([("200", Streams)], answers.Values.CountBy(answer => answer).Select(answer => (answer.Key, answer.Value)));
        agent.Dispose();
        await sidecar.StopAsync();
        await target.DisposeAsync();

        var exchanges = await Recorded.ExchangesAsync(sidecar);
        Assert.Equal(Streams, exchanges.Count);
        foreach (var exchange in exchanges)
        {
            Assert.Equal(200, exchange.Response!.Status);
            Assert.Equal("answered", await Recorded.BodyAsync(exchange.Response));
        }
        if (others != Others.Served)
            Assert.Equal(Streams, target.AnsweredFirst);
        await Recorded.AssertSoundAsync(sidecar);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    private static EffectivePolicy Change(EffectivePolicy policy, int port, bool captured) => captured
        ? policy with
        {
            Capture = CaptureMode.Proxy,
            Targets = [.. policy.Targets, new EffectiveTarget { Name = "app", Hosts = ["localhost"], Ports = [port], Protocol = TargetProtocol.HTTP }],
        }
        : policy with
        {
            Targets = [policy.Targets[0] with { Upstream = policy.Targets[0].Upstream! with { Tls = UpstreamTlsMode.Verify, ServerName = "localhost" } }],
        };

    /// <summary>An agent whose TLS the recorder takes off.</summary>
    private static async Task<Http2Peer> CapturedAsync(TestSidecar sidecar, int port)
    {
        var agent = await RawConnection.ToAsync(sidecar.ProxyPort);
        await agent.SendAsync($"CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await agent.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        var believing = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        believing.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(Path.Combine(sidecar.BundleFolder, TrustBundle.AuthorityName)));
        var tls = new SslStream(new NetworkStream(agent.Socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = believing,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
        });
        Assert.Equal(SslApplicationProtocol.Http2, tls.NegotiatedApplicationProtocol);
        return new Http2Peer(tls, agent.Socket);
    }
}
