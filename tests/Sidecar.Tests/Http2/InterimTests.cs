using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Testing.Http2;
using static K8sRecorder.Testing.Http2.Http2Frames;

namespace K8sRecorder.Sidecar.Tests.Http2;

/// <summary>Interim answers over HTTP/2 (RFC 9110 15.2): an agent that waits for <c>100</c> gets one, and others end here, as docs/fidelity.md says.</summary>
public sealed class InterimTests
{
    [Fact]
    public async Task Agent_gets_100_and_the_answer_and_no_other()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var sidecar = await TestSidecar.StartAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        var serving = ServeAsync(listener);
        using var agent = await Http2Peer.ToAsync(sidecar.Port);
        await agent.SendAsync(Agent().Frame(
            Headers, EndHeaders, 1, Fields((":method", "POST"), (":scheme", "http"), (":authority", "h"), (":path", "/waits"), ("expect", "100-continue"))));
        Assert.Equal(100, (await agent.ReadUntilAsync(Headers, 1))!.Status);
        await agent.SendAsync(new Http2Frames().Frame(Data, EndStream, 1, "waited for"u8));
        Assert.Equal(200, (await agent.ReadUntilAsync(Headers, 1))!.Status);
        Assert.Equal("answered", Encoding.ASCII.GetString((await agent.ReadUntilAsync(Data, 1))!.Payload));
        agent.Dispose();
        await sidecar.StopAsync();
        listener.Stop();

        Assert.Equal("waited for", await serving);
        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal(("waited for", 200, 0), (await Recorded.BodyAsync(exchange.Request!), exchange.Response!.Status, exchange.Interim.Count));
        await Recorded.AssertSoundAsync(sidecar);
    }

    /// <summary>What it was sent as the body of the one request.</summary>
    private static async Task<string> ServeAsync(TcpListener listener)
    {
        while (true)
        {
            using var peer = new Http2Peer(new NetworkStream(await listener.AcceptSocketAsync(), ownsSocket: true));
            await peer.ReadAsync(24);
            await peer.SendAsync(new Http2Frames().Frame(Settings, 0, 0, []));
            if (await peer.ReadUntilAsync(frame => frame.Type == Headers) is not { Stream: var stream })
                continue; // it was only asked whether this is HTTP/2
            await peer.SendAsync(new Http2Frames()
                .Frame(Headers, EndHeaders, stream, Fields((":status", "103"), ("link", "</style.css>; rel=preload")))
                .Frame(Headers, EndHeaders, stream, Fields((":status", "100"))));
            var body = "";
            for (Http2Frame? data = null; data is not { EndsStream: true }; body += Encoding.ASCII.GetString(data.Payload))
                data = (await peer.ReadUntilAsync(Data, stream))!;
            await peer.SendAsync(new Http2Frames().Frame(Headers, EndHeaders, stream, Fields((":status", "200"))).Frame(Data, EndStream, stream, "answered"u8));
            await peer.ReadUntilAsync(_ => false);
            return body;
        }
    }
}
