using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using K8sRecorder.Benchmarks.Http.Peers;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>
/// How long the first event of a streamed response is under way: from when the target sends it until the agent has it. Over each way in
/// turn, on kept connections; the upstream and the client are threads of this process, so they have one clock.
/// </summary>
internal static class FirstEvent
{
    private const int WarmUp = 300;
    private const int Measured = 600;

    public static async Task RunAsync(string sidecar, Report report, CancellationToken ct)
    {
        using var upstream = new StampingUpstream();
        Peer[] peers = [new DirectPeer(upstream.Port), new SidecarPeer("Buffered", sidecar), new SidecarPeer("Strict", sidecar)];
        try
        {
            foreach (var peer in peers)
                await peer.StartAsync(upstream.Port, ct);
            var delays = await Task.Run(() => Measure(upstream, peers, ct), ct);
            var direct = Report.Median(delays[0]);
            foreach (var (peer, taken) in peers.Zip(delays).Skip(1))
            {
                var later = Report.Median(taken) - direct;
                report.LessThan(
                    $"first-event {peer.Name}",
                    $"later-ms={Report.Number(later, 3)} direct={Report.Number(direct, 3)} through={Report.Number(direct + later, 3)} "
                    + $"p90={Report.Number(Percentile(taken, 0.9), 3)} events={Measured}",
                    later,
                    Marks.FirstEventMilliseconds);
            }
            await CheckAsync(peers.OfType<SidecarPeer>(), ct);
        }
        finally
        {
            foreach (var peer in peers)
                await peer.DisposeAsync();
        }
    }

    private static async Task CheckAsync(IEnumerable<SidecarPeer> sidecars, CancellationToken ct)
    {
        foreach (var sidecar in sidecars)
            await RecordedStore.CheckAsync(await sidecar.StopAsync(), WarmUp + Measured, abandoned: 0, ct);
    }

    private static List<double>[] Measure(StampingUpstream upstream, Peer[] peers, CancellationToken ct)
    {
        var sockets = peers.Select(peer => Connected(peer.Port)).ToArray();
        var delays = peers.Select(_ => new List<double>()).ToArray();
        var buffer = new byte[8192];
        try
        {
            for (var round = 0; round < WarmUp + Measured; round++)
            {
                for (var i = 0; i < sockets.Length; i++)
                {
                    ct.ThrowIfCancellationRequested();
                    var arrived = Ask(sockets[i], buffer);
                    if (round >= WarmUp)
                        delays[i].Add((arrived - upstream.Stamp) * 1000.0 / Stopwatch.Frequency);
                }
            }
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
        return delays;
    }

    /// <summary>One request, read to its end; when its first event was there.</summary>
    private static long Ask(Socket socket, byte[] buffer)
    {
        socket.Send(StampingUpstream.Request);
        var (length, arrived) = (0, 0L);
        while (!buffer.AsSpan(0, length).EndsWith(StampingUpstream.End))
        {
            var received = socket.Receive(buffer, length, buffer.Length - length, SocketFlags.None);
            if (received == 0)
                throw new BenchmarkFailedException("a streamed response was cut");
            length += received;
            if (arrived == 0 && buffer.AsSpan(0, length).IndexOf(StampingUpstream.FirstText) >= 0)
                arrived = Stopwatch.GetTimestamp();
        }
        return arrived;
    }

    private static Socket Connected(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private static double Percentile(List<double> values, double share) => values.Order().ElementAt((int)(values.Count * share));
}
