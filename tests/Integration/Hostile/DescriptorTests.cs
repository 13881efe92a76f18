using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>An agent that takes every descriptor the process may have.</summary>
public sealed class DescriptorTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Process_without_descriptors_records_on_and_comes_back(bool isRaw)
    {
        // the neighbour keeps the connection that it has: there is none to be had
        await using var siege = await Siege.StartAsync(output, openFiles: 1024, exchangesPerConnection: int.MaxValue);
        var used = ProcessFigures.Sockets(siege.Sidecar.Process.Id);
        var peers = new List<RawPeer>();
        try
        {
            for (var i = 0; i < 900; i++)
            {
                var peer = await RawPeer.ToAsync(isRaw ? siege.TcpPort : siege.Port);
                peers.Add(peer);
                await peer.SendAsync("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            // more than a chunk of the recording, so that files must be opened meanwhile
            await siege.Neighbour.PassAsync(Scale.Of(400, 4000));
        }
        finally
        {
            foreach (var peer in peers)
                peer.Dispose();
        }
        for (var i = 0; i < 100 && ProcessFigures.Sockets(siege.Sidecar.Process.Id) > used + 32; i++)
            await siege.Neighbour.PassAsync(20);
        Assert.Equal((200, "GET /after "), isRaw ? (200, "GET /after ") : await siege.AskAsync("GET /after HTTP/1.1\r\nHost: h\r\n\r\n"));

        Assert.InRange(siege.Sidecar.Output.Split('\n').Length, 1, 200); // a line a try would be thousands a second
        await siege.EndAsync(isRaw ? "no descriptors, raw" : "no descriptors, HTTP");
    }
}
