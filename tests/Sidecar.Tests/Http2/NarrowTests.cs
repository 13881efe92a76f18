using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Policy.Model;
using K8sRecorder.Testing;
using K8sRecorder.Testing.Http2;
using K8sRecorder.Testing.Net;
using static K8sRecorder.Testing.Http2.Http2Frames;

namespace K8sRecorder.Sidecar.Tests.Http2;

/// <summary>A target that takes one stream at a time, from the beginning or from some time on: the many of an agent's connection are all answered.</summary>
public sealed class NarrowTests
{
    private const int Streams = 60, Held = 10;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_streams_of_one_connection_are_answered_and_recorded(bool midway)
    {
        using var folder = new TemporaryFolder();
        using var authority = new WorldAuthority();
        await File.WriteAllTextAsync(folder["ca.crt"], authority.Pem);
        using var certificate = authority.Certify("localhost");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var over = new CancellationTokenSource();
        var serving = AcceptAsync(listener, certificate, midway, over.Token);
        await using var sidecar = await TestSidecar.StartAsync(((IPEndPoint)listener.LocalEndpoint).Port, authorities: [folder["ca.crt"]], change: policy => policy with
        {
            Targets = [policy.Targets[0] with { Upstream = policy.Targets[0].Upstream! with { Tls = UpstreamTlsMode.Verify, ServerName = "localhost" } }],
        });
        using var agent = await Http2Peer.ToAsync(sidecar.Port);
        var asking = Agent();
        for (var i = 0; i < Streams; i++)
            asking.Get((2 * i) + 1, $"/{(2 * i) + 1}");
        await agent.SendAsync(asking);
        var ended = new HashSet<int>();
        while (ended.Count < Streams)
        {
            var frame = await agent.ReadUntilAsync(frame => frame.Type is Data or Headers or Reset or GoAway);
            Assert.NotNull(frame);
            Assert.True(frame.Type is Data or Headers, $"{frame.Type} on {frame.Stream}: {frame.Code}");
            if (frame.EndsStream)
                ended.Add(frame.Stream);
        }
        agent.Dispose();
        await sidecar.StopAsync();
        await over.CancelAsync();
        listener.Stop();
        await serving;

        var exchanges = await Recorded.ExchangesAsync(sidecar);
        Assert.Equal(Streams, exchanges.Count);
        foreach (var exchange in exchanges)
        {
            Assert.Equal(200, exchange.Response!.Status);
            Assert.Equal("answered", await Recorded.BodyAsync(exchange.Response));
        }
        await Recorded.AssertSoundAsync(sidecar);
    }

    private static async Task AcceptAsync(TcpListener listener, X509Certificate2 certificate, bool midway, CancellationToken cancellationToken)
    {
        var connections = new ConcurrentBag<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(cancellationToken);
                var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
                try
                {
                    await tls.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }, cancellationToken);
                    connections.Add(ServeAsync(new Http2Peer(tls, socket), midway && connections.IsEmpty));
                }
                catch (IOException)
                {
                    // not wanted any more: another connection had become free
                }
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    /// <summary>Answers one after the other; where it becomes narrow midway, the first ones only then, the last first.</summary>
    private static async Task ServeAsync(Http2Peer peer, bool midway)
    {
        using (peer)
        {
            byte[] one = [0, 3, 0, 0, 0, 1];
            await peer.SendAsync(new Http2Frames().Frame(Settings, 0, 0, midway ? [] : one));
            await peer.ReadAsync(24);
            var held = new Stack<int>();
            while (await peer.ReadUntilAsync(frame => frame.Type == Headers) is { } head)
            {
                held.Push(head.Stream);
                if (midway && held.Count < Held)
                    continue;
                var answers = new Http2Frames();
                if (midway)
                    answers.Frame(Settings, 0, 0, one);
                midway = false;
                while (held.TryPop(out var stream))
                    answers.Frame(Headers, EndHeaders, stream, Fields((":status", "200"))).Frame(Data, EndStream, stream, "answered"u8);
                await peer.SendAsync(answers);
            }
        }
    }
}
