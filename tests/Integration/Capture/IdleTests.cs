using System.Net.Sockets;
using K8sRecorder.Integration.Hostile;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Testing.Net;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Capture;

/// <summary>Thousands of captured connections that idle, in every state that a connection can idle in.</summary>
public sealed class IdleTests(RecordingCapture pod, ITestOutputHelper output) : IClassFixture<RecordingCapture>
{
    private const int MostMegabytes = 500;

    private static readonly int Count = Scale.Of(1500, 5000);

    private readonly List<IDisposable> _open = [];
    private int _refused;

    [NetworkFact]
    public async Task Thousands_of_idle_connections_cost_little_and_neighbours_are_answered()
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 7000, backlog: 1024));
        var accepting = AcceptAsync(listener);
        var before = ProcessFigures.Sockets(pod.Sidecar.Process.Id);

        for (var i = 0; i < Count; i++)
            await OpenAsync(i % 10);
        await AskAsync("/beside-idle");
        var (megabytes, sockets) = (ProcessFigures.ResidentMegabytes(pod.Sidecar.Process.Id), ProcessFigures.Sockets(pod.Sidecar.Process.Id));
        output.WriteLine($"{Count} idle connections: {megabytes} MB, {sockets} sockets");
        Assert.InRange(megabytes, 1, MostMegabytes);
        Assert.True(_refused <= Count / 500, $"{_refused} of {Count} connections were refused");

        foreach (var one in _open)
            one.Dispose();
        listener.Dispose();
        await accepting;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        do
            await AskAsync("/after-idle");
        while (ProcessFigures.Sockets(pod.Sidecar.Process.Id) > before + 64 && !patience.IsCancellationRequested);
        Assert.InRange(ProcessFigures.Sockets(pod.Sidecar.Process.Id), 1, before + 64);
    }

    /// <summary>Silent, silent to where nobody is, begun in HTTP and in TLS, raw after a byte, after an exchange, after a handshake.</summary>
    private async Task OpenAsync(int kind)
    {
        switch (kind)
        {
            case 0 or 1 or 2:
                Connect(World.App, 80);
                break;
            case 3:
                Connect(NetworkPair.FarV6, 443);
                break;
            case 4:
                Connect(World.App, 80).Send("GET /half HTTP/1.1\r\nHo"u8);
                break;
            case 5:
                Connect(World.App, 443).Send([22, 3, 1, 2]);
                break;
            case 6 or 7:
                Connect(World.Lines, 7000).Send("1"u8);
                break;
            case 8:
                var socket = Connect(World.App, 80);
                socket.Send("GET /once HTTP/1.1\r\nHost: app.target.test\r\n\r\n"u8);
                await socket.ReceiveAsync(new byte[1024]);
                break;
            default:
                if (_open.Count % 5 != 0)
                    Connect(World.Other, 443);
                else
                    _open.Add(await pod.TlsAsync(new NetworkStream(Connect(World.App, 443)), "app.target.test", "http/1.1"));
                break;
        }
    }

    private Socket Connect(string address, int port)
    {
        while (true)
        {
            try
            {
                var socket = pod.Connect(address, port);
                _open.Add(socket);
                return socket;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused && _refused < Count)
            {
                // Fails closed, once in some thousands and only where the processors are overloaded.
                _refused++;
                output.WriteLine($"{address}:{port} refused after {_open.Count}\n{pod.Agent.Run("nft", "list", "counters")}{pod.Agent.Run("nstat", "-as")}");
            }
        }
    }

    private async Task AskAsync(string path)
    {
        using var client = pod.Client(World.App);
        Assert.Equal("hello by HTTP/1.1", await client.GetStringAsync(new Uri($"https://app.target.test{path}")));
    }

    private static async Task AcceptAsync(Socket listener)
    {
        var accepted = new List<Socket>();
        try
        {
            while (true)
                accepted.Add(await listener.AcceptAsync());
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            foreach (var one in accepted)
                one.Dispose();
        }
    }
}
