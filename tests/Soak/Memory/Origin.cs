using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Testing.Corpora;

namespace K8sRecorder.Soak.Memory;

/// <summary>
/// The target behind the sidecar: small answers that are never the same twice, large ones, uploads, recorded model calls; and a second port
/// that echoes.
/// </summary>
internal sealed class Origin : IAsyncDisposable
{
    private readonly TcpListener _http = new(IPAddress.Loopback, 0);
    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<RecordedExchange> _calls;
    private long _number;
    private long _served;

    public Origin(IReadOnlyList<RecordedExchange>? calls = null)
    {
        _calls = calls ?? [];
        _http.Start(1024);
        _echo.Start(1024);
        _ = AcceptAsync(_http, ServeAsync);
        _ = AcceptAsync(_echo, EchoAsync);
    }

    public int Port => ((IPEndPoint)_http.LocalEndpoint).Port;

    public int EchoPort => ((IPEndPoint)_echo.LocalEndpoint).Port;

    /// <summary>Requests that were answered.</summary>
    public long Served => Interlocked.Read(ref _served);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _http.Dispose();
        _echo.Dispose();
        _stop.Dispose();
    }

    /// <summary>A reader that stops again and again, at each doubling of what it has read: what is sent meanwhile must wait with the sender.</summary>
    public static Func<ReadOnlyMemory<byte>, ValueTask>? Pace(bool isSlow)
    {
        if (!isSlow)
            return null;
        var (read, next) = (0L, 1L << 20);
        return async piece =>
        {
            read += piece.Length;
            if (read < next)
                return;
            next *= 2;
            await Task.Delay(400);
        };
    }

    private async Task AcceptAsync(TcpListener listener, Func<Socket, Task> serve)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                _ = Task.Run(() => ServedAsync(socket, serve));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // stopped
        }
    }

    private static async Task ServedAsync(Socket socket, Func<Socket, Task> serve)
    {
        using (socket)
        {
            try
            {
                await serve(socket);
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
            {
                // the sidecar is gone, or the soak is over
            }
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            await socket.SendAsync(buffer.AsMemory(0, count), _stop.Token);
    }

    private async Task ServeAsync(Socket socket)
    {
        using var wire = new HttpWire(socket);
        var answer = new byte[1024];
        while (await wire.ReadHeadAsync(_stop.Token))
        {
            var target = wire.Head.Span.IndexOf(" /small"u8) >= 0 ? "" : wire.Target();
            var slow = target.StartsWith("/slow-upload", StringComparison.Ordinal);
            var length = await wire.ReadBodyAsync(Pace(slow), _stop.Token);
            if (target.StartsWith("/stream", StringComparison.Ordinal))
                await LargeBody.Parse(target).SendAsync(wire, "HTTP/1.1 200 OK\r\n", _stop.Token);
            else if (target.StartsWith("/call/", StringComparison.Ordinal))
                await ReplayAsync(wire, _calls[int.Parse(target.AsSpan(6), CultureInfo.InvariantCulture)]);
            else
                await wire.SendAsync(answer.AsMemory(0, Small(answer, length)), _stop.Token);
            Interlocked.Increment(ref _served);
        }
    }

    /// <summary>An answer as small services give it, with a number of its own in it.</summary>
    private int Small(byte[] to, long received)
    {
        var number = Interlocked.Increment(ref _number);
        var text = $$"""{"id":"order-{{number:x16}}","received":{{received}},"status":"shipped","lines":[{"item":"tea","count":{{number % 7}}},{"item":"cups","count":{{number % 11}}}],"note":"left with the neighbour at number {{number % 1000}}"}""";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {text.Length}\r\n\r\n{text}", to);
    }

    private async Task ReplayAsync(HttpWire wire, RecordedExchange call)
    {
        var head = new StringBuilder($"HTTP/1.1 {call.Status} OK\r\n");
        foreach (var (name, value) in CallClient.Sent(call.ResponseHeaders))
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {call.ResponseWire.Length}\r\n\r\n");
        await wire.SendAsync((byte[])[.. Encoding.Latin1.GetBytes(head.ToString()), .. call.ResponseWire], _stop.Token);
    }
}
