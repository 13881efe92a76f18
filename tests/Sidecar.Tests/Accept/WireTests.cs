using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Tests.Accept;

public sealed class WireTests
{
    [Fact]
    public async Task Wire_whose_bytes_are_always_there_lets_others_have_their_turn()
    {
        const int Bytes = 10 * Wire.MostAtOnce;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sender = new TcpClient();
        sender.Connect((IPEndPoint)listener.LocalEndpoint);
        using var socket = listener.AcceptSocket();
        sender.Client.Send(new byte[Bytes]);
        SpinWait.SpinUntil(() => socket.Available == Bytes);
        using var wire = new Wire(socket, null);
        var turns = new Turns();

        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(turns);
        var receiving = ReceiveAllAsync(wire, Bytes);
        turns.RunUntil(receiving);
        SynchronizationContext.SetSynchronizationContext(before);

        Assert.Equal(Bytes, await receiving);
        Assert.Equal(10, turns.Count);
    }

    private static async Task<int> ReceiveAllAsync(Wire wire, int bytes)
    {
        var received = 0;
        var one = new byte[1];
        while (received < bytes)
            received += await wire.ReceiveInTurnAsync(one);
        return received;
    }

    /// <summary>Whoever yields stands in line here, on the one thread of the test.</summary>
    private sealed class Turns : SynchronizationContext
    {
        private readonly Queue<Action> _line = [];

        public int Count { get; private set; }

        public override void Post(SendOrPostCallback d, object? state) => _line.Enqueue(() => d(state));

        public void RunUntil(Task done)
        {
            while (!done.IsCompleted && _line.TryDequeue(out var next))
            {
                Count++;
                next();
            }
        }
    }
}
