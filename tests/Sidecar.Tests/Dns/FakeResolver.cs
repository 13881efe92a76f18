using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using K8sRecorder.Testing;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>
/// A resolver, on loopback where nothing else is said, by UDP and TCP, that says what a test wants it to. It holds whoever asks to what a resolver may expect: one
/// question a message, every one from a port of its own.
/// </summary>
internal sealed class FakeResolver : IAsyncDisposable
{
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20 };
    private readonly TcpListener _tcp;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <param name="answer">The messages that answer a message; more than one go out one after the other. By UDP.</param>
    /// <param name="byTcp">The same by TCP; without, connections are closed.</param>
    /// <param name="address">Where, in the network of the thread that makes it.</param>
    public FakeResolver(Func<byte[], IEnumerable<byte[]>> answer, Func<byte[], IEnumerable<byte[]>>? byTcp = null, IPEndPoint? address = null)
    {
        Address = address ?? new IPEndPoint(IPAddress.Loopback, Loopback.FreePort());
        _udp.Bind(Address);
        _tcp = new TcpListener(Address);
        _tcp.Start();
        _running = Task.WhenAll(ServeUdpAsync(answer), ServeTcpAsync(byTcp ?? (_ => [])));
    }

    public IPEndPoint Address { get; }

    /// <summary>What came: the message, the port that it came from, whether by TCP.</summary>
    public ConcurrentQueue<(byte[] Message, int Port, bool ByTcp)> Asked { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ServeUdpAsync(Func<byte[], IEnumerable<byte[]>> answer)
    {
        var buffer = new byte[65536];
        while (true)
        {
            var got = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
            var message = buffer[..got.ReceivedBytes];
            Take(message, ((IPEndPoint)got.RemoteEndPoint).Port, byTcp: false);
            foreach (var reply in answer(message))
                await _udp.SendToAsync(reply, SocketFlags.None, got.RemoteEndPoint, _stop.Token);
        }
    }

    private async Task ServeTcpAsync(Func<byte[], IEnumerable<byte[]>> answer)
    {
        var head = new byte[2];
        while (true)
        {
            using var client = await _tcp.AcceptTcpClientAsync(_stop.Token);
            var stream = client.GetStream();
            try
            {
                await stream.ReadExactlyAsync(head, _stop.Token);
                var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(head)];
                await stream.ReadExactlyAsync(message, _stop.Token);
                Take(message, ((IPEndPoint)client.Client.RemoteEndPoint!).Port, byTcp: true);
                foreach (var reply in answer(message))
                    await stream.WriteAsync((byte[])[(byte)(reply.Length >> 8), (byte)reply.Length, .. reply], _stop.Token);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (IOException)
            {
                // it left
            }
        }
    }

    private void Take(byte[] message, int port, bool byTcp)
    {
        Assert.Equal(1, BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(4)));
        Asked.Enqueue((message, port, byTcp));
    }
}
