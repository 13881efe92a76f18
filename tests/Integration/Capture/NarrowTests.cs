using System.Net;
using System.Net.Sockets;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Testing.Http2;
using static K8sRecorder.Testing.Http2.Http2Frames;

namespace K8sRecorder.Integration.Capture;

/// <summary>Behind TLS that is redirected and taken off, a target that takes few streams at a time and no other connection answers them all.</summary>
[Collection(SharedRecording.Name)]
public sealed class NarrowTests(RecordingCapture pod)
{
    private const int Streams = 12;

    [NetworkTheory]
    [InlineData(1, Others.Refused)]
    [InlineData(3, Others.Served)]
    public async Task All_streams_of_a_redirected_connection_are_answered_and_recorded(int limit, Others others)
    {
        using var certificate = pod.World.Authority.Certify("narrow.test");
        await using var target = pod.World.Network.As(0, () => new NarrowTarget(new TcpListener(IPAddress.Parse(World.Elsewhere), 0), certificate, limit, others: others));
        await using var stream = new NetworkStream(pod.Connect(World.Elsewhere, target.Port), ownsSocket: true);
        using var agent = new Http2Peer(await pod.TlsAsync(stream, "narrow.test", "h2"), stream.Socket);
        var asking = Agent();
        for (var i = 0; i < Streams; i++)
            asking.Get((2 * i) + 1, $"/narrow/{limit}/{i}/");
        await agent.SendAsync(asking);
        for (var ended = 0; ended < Streams; ended++)
            Assert.Equal(Data, (await agent.ReadUntilAsync(frame => frame.EndsStream || frame.Type is Reset or GoAway))?.Type);

        for (var i = 0; i < Streams; i++)
        {
            var request = await pod.RequestAsync($"/narrow/{limit}/{i}/");
            Assert.Equal("answered", await pod.BodyAsync(request, "http.response"));
        }
    }
}
