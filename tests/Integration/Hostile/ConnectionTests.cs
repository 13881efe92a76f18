using System.Net.Sockets;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>Connections by the thousand: idle, half-open, half-closed, reset.</summary>
public sealed class ConnectionTests(ITestOutputHelper output)
{
    [Theory]
    [MemberData(nameof(Scale.ModesWhenFull), MemberType = typeof(Scale))]
    public async Task Idle_connections_cost_little_and_are_given_back(string mode)
    {
        var count = Scale.Of(800, 5000);
        await using var siege = await Siege.StartAsync(output, mode: mode);
        var before = ProcessFigures.Sockets(siege.Sidecar.Process.Id);

        var silent = await ConnectAsync(siege.Port, count);
        await siege.Neighbour.PassAsync(20);
        var megabytes = new List<int> { ProcessFigures.ResidentMegabytes(siege.Sidecar.Process.Id) };
        Close(silent);

        var used = await ConnectAsync(siege.Port, count);
        await Parallel.ForEachAsync(used, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (peer, _) =>
        {
            await peer.SendAsync("GET /once HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.Equal((200, "GET /once "), await peer.ReadAnswerAsync());
        });
        await siege.Neighbour.PassAsync(20);
        megabytes.Add(ProcessFigures.ResidentMegabytes(siege.Sidecar.Process.Id));
        Close(used);

        var begun = await ConnectAsync(siege.Port, count);
        foreach (var peer in begun)
            await peer.SendAsync("GET /begun HTTP/1.1\r\nHos");
        await siege.Neighbour.PassAsync(20);
        megabytes.Add(ProcessFigures.ResidentMegabytes(siege.Sidecar.Process.Id));
        Close(begun);

        await UntilSocketsAsync(siege, before + 64);
        await siege.EndAsync($"{count} idle connections: silent {megabytes[0]} MB, used once {megabytes[1]} MB, begun {megabytes[2]} MB");
    }

    [Theory]
    [MemberData(nameof(Scale.ModesWhenFull), MemberType = typeof(Scale))]
    public async Task Idle_raw_connections_cost_little_and_are_given_back(string mode)
    {
        var count = Scale.Of(500, 4900); // each takes one of the 5,000 channels that may be open
        await using var siege = await Siege.StartAsync(output, async target =>
        {
            while (await target.ReadAsync(1) is { Length: > 0 } got)
                await target.SendAsync(got);
        }, mode);
        var before = ProcessFigures.Sockets(siege.Sidecar.Process.Id);

        var silent = await ConnectAsync(siege.TcpPort, count);
        await siege.Neighbour.PassAsync(20);
        await Parallel.ForEachAsync(silent, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (peer, _) =>
        {
            await peer.SendAsync("x");
            Assert.Equal("x", await peer.ReadAsync(1));
        });
        await siege.Neighbour.PassAsync(20);
        Close(silent);

        await UntilSocketsAsync(siege, before + 64);
        var records = await siege.EndAsync($"{count} idle raw connections");
        Assert.Equal(count, records.Count(record => Siege.Text(record, "kind") == "channel.closed"));
    }

    [Fact]
    public async Task Connections_that_come_and_are_reset_leave_nothing()
    {
        var count = Scale.Of(1500, 10_000);
        await using var siege = await Siege.StartAsync(output);
        var before = ProcessFigures.Sockets(siege.Sidecar.Process.Id);

        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            try
            {
                using var peer = await RawPeer.ToAsync(i % 3 == 0 ? siege.TcpPort : siege.Port);
                if (i % 2 == 0)
                    await peer.SendAsync($"GET /churn/{i} HTTP/1.1\r\nHost: h\r\n{(i % 4 == 0 ? "\r\n" : "")}");
                peer.Reset();
            }
            catch (SocketException)
            {
                // the listen queue may be full for a moment
            }
        });

        await UntilSocketsAsync(siege, before + 64);
        await siege.EndAsync($"{count} connections reset");
    }

    [Fact]
    public async Task Half_closed_and_half_dead_connections_end()
    {
        var count = Scale.Of(100, 2000);
        await using var siege = await Siege.StartAsync(output, async target =>
        {
            // says its last byte at once and reads on
            if (await target.ReadHeadAsync() is null)
                return;
            await target.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            target.Socket.Shutdown(SocketShutdown.Send);
            await target.DrainAsync();
        });
        var before = ProcessFigures.Sockets(siege.Sidecar.Process.Id);

        for (var i = 0; i < count; i++)
        {
            using var peer = await RawPeer.ToAsync(i % 3 == 0 ? siege.TcpPort : siege.Port);
            await peer.SendAsync(i % 2 == 0 ? "GET /half HTTP/1.1\r\nHost: h\r\n\r\n" : "POST /half HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
            peer.Socket.Shutdown(SocketShutdown.Send);
            Assert.DoesNotContain("\r\n\r\nhalfhalf", await peer.ReadToEndAsync(), StringComparison.Ordinal);
        }

        await UntilSocketsAsync(siege, before + 64);
        await siege.EndAsync($"{count} half-closed connections");
    }

    private static async Task<List<RawPeer>> ConnectAsync(int port, int count)
    {
        var peers = new List<RawPeer>(count);
        for (var i = 0; i < count; i++)
            peers.Add(await RawPeer.ToAsync(port));
        return peers;
    }

    private static void Close(List<RawPeer> peers)
    {
        foreach (var peer in peers)
            peer.Dispose();
    }

    /// <summary>Waits until the process has given its sockets back; the neighbour is the clock.</summary>
    internal static async Task UntilSocketsAsync(Siege siege, int atMost)
    {
        var sockets = ProcessFigures.Sockets(siege.Sidecar.Process.Id);
        for (var i = 0; i < 100 && sockets > atMost; i++)
        {
            await siege.Neighbour.PassAsync(20);
            sockets = ProcessFigures.Sockets(siege.Sidecar.Process.Id);
        }
        Assert.InRange(sockets, 1, atMost);
    }
}
