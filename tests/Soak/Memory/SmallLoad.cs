using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K8sRecorder.Soak.Memory;

/// <summary>
/// Small requests as fast as they are answered, half GET and half POST, each with content of its own; now and then a connection begins anew,
/// and a raw one is opened, used and closed.
/// </summary>
internal sealed class SmallLoad(IPEndPoint http, IPEndPoint tcp)
{
    private const int RequestsPerConnection = 5000;
    private const int RequestsPerRawConnection = 500;

    private int _left;
    private int _number;

    /// <summary>Raw connections so far.</summary>
    public int RawConnections { get; private set; }

    /// <summary>Sends so many requests and gives what they took.</summary>
    public async Task<TimeSpan> RunAsync(int requests, int connections, CancellationToken ct)
    {
        _left = requests;
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => OneAsync(ct), ct)));
        return TimeProvider.System.GetElapsedTime(began);
    }

    private async Task OneAsync(CancellationToken ct)
    {
        HttpWire? wire = null;
        var request = new byte[4096];
        try
        {
            for (var sent = 1; Interlocked.Decrement(ref _left) >= 0; sent++)
            {
                if (wire is null || sent % RequestsPerConnection == 0)
                {
                    wire?.Dispose();
                    wire = await HttpWire.ConnectAsync(http, ct);
                }

                var number = Interlocked.Increment(ref _number);
                await wire.SendAsync(request.AsMemory(0, number % 2 == 0 ? Get(request, number) : Post(request, number)), ct);
                if (!await wire.ReadHeadAsync(ct) || wire.Head.Span[9] != (byte)'2')
                    throw new InvalidDataException("a request was not answered with 200");
                await wire.ReadBodyAsync(null, ct);
                if (number % RequestsPerRawConnection == 0)
                    await RawAsync(number, ct);
            }
        }
        finally
        {
            wire?.Dispose();
        }
    }

    private static int Get(byte[] to, int number) => Encoding.ASCII.GetBytes(
        $"GET /small/orders/{number:x8} HTTP/1.1\r\nHost: orders\r\nUser-Agent: agent/1.0\r\nAccept: application/json\r\n\r\n", to);

    private static int Post(byte[] to, int number)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $$"""
            {"model":"m","messages":[{"role":"system","content":"You look after the orders of a small shop, and answer in one sentence."},{"role":"user","content":"Where is order {{number:x8}}, and why is it late? It was paid on day {{number % 365}} of the year by customer {{number % 9973}}."}]}
            """);
        return Encoding.ASCII.GetBytes(
            $"POST /small/chat HTTP/1.1\r\nHost: orders\r\nUser-Agent: agent/1.0\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}", to);
    }

    private async Task RawAsync(int number, CancellationToken ct)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(tcp, ct);
        var line = Encoding.ASCII.GetBytes($"set order:{number:x8} shipped\r\n");
        await socket.SendAsync(line, ct);
        var answer = new byte[line.Length];
        for (var read = 0; read < line.Length;)
        {
            var count = await socket.ReceiveAsync(answer.AsMemory(read), ct);
            read += count > 0 ? count : throw new EndOfStreamException("the raw connection was cut");
        }

        lock (this)
            RawConnections++;
    }
}
