using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Admin;

/// <summary>
/// The admin port: <c>/healthz</c> (the process lives and can record), <c>/readyz</c> (traffic gets through; it says so too where shipping fails), <c>/metrics</c>. Loopback,
/// read-only, nothing of any exchange on it. One request a connection over a bare socket: a web server for three pages was half of the
/// start and a quarter of the idle memory.
/// </summary>
internal sealed class AdminListener(IPEndPoint address, MetricsText metrics, Func<bool> isHealthy, Func<(bool IsReady, string Text)> readiness, TimeProvider time)
    : IAsyncDisposable
{
    private const int MaxConnections = 32;
    private const int MaxHead = 8 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Socket _listening = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _serving = []; // the accept loop's, and its end's
    private Task _accepting = Task.CompletedTask;

    /// <summary>Binds it; throws where that cannot be.</summary>
    public void Start()
    {
        try
        {
            _listening.Bind(address);
            _listening.Listen(MaxConnections);
        }
        catch (SocketException failure)
        {
            throw new IOException($"the admin port {address} cannot be opened: {failure.SocketErrorCode}", failure);
        }
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listening.Dispose();
        await _accepting;
        await Task.WhenAll(_serving);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket accepted;
            try
            {
                accepted = await _listening.AcceptAsync(_stopping.Token);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                await PauseAsync(); // reset before it was taken, or no descriptors for a moment: the port stays
                continue;
            }
            _serving.RemoveAll(static task => task.IsCompleted);
            if (_serving.Count < MaxConnections)
                _serving.Add(ServeAsync(accepted));
            else
                accepted.Dispose();
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // the loop looks
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
        using (socket)
        {
            try
            {
                var buffer = new byte[MaxHead];
                if (await AnswerAsync(socket, buffer, either.Token) is not { } answer)
                    return;
                for (var sent = 0; sent < answer.Length;)
                    sent += await socket.SendAsync(answer.AsMemory(sent), either.Token);
                socket.Shutdown(SocketShutdown.Send);
                while (await socket.ReceiveAsync(buffer, either.Token) > 0)
                {
                    // closed with something unread it would be reset, and the answer with it (RFC 9112 9.6)
                }
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // whoever asked has left, or was too slow
            }
        }
    }

    private async ValueTask<byte[]?> AnswerAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        var head = new HttpHead();
        var parser = new Http1HeadParser(Http1HeadKind.Request, head);
        var count = 0;
        while (count < buffer.Length)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(count), cancellationToken);
            if (read == 0)
                return null;
            count += read;
            switch (parser.Parse(buffer, 0, count))
            {
                case ParseStatus.Complete:
                    return AnswerTo(head);
                case ParseStatus.Invalid:
                    return Whole("400 Bad Request", "text/plain", "not an HTTP/1.1 request\n", withBody: true);
            }
        }
        return Whole("431 Request Header Fields Too Large", "text/plain", "too large\n", withBody: true);
    }

    private byte[] AnswerTo(HttpHead head)
    {
        var isGet = head.Method.SequenceEqual("GET"u8);
        if (!isGet && !head.Method.SequenceEqual("HEAD"u8))
            return Whole("405 Method Not Allowed\r\nAllow: GET, HEAD", "text/plain", "this port is read-only\n", withBody: true);
        var target = head.Target;
        var query = target.IndexOf((byte)'?');
        var (status, type, text) = Encoding.ASCII.GetString(query < 0 ? target : target[..query]) switch
        {
            "/healthz" => isHealthy() ? ("200 OK", "text/plain", "ok\n") : ("503 Service Unavailable", "text/plain", "recording has failed\n"),
            "/readyz" => readiness() is var (isReady, why) ? (isReady ? "200 OK" : "503 Service Unavailable", "text/plain", why + "\n") : default,
            "/metrics" => ("200 OK", "text/plain; version=0.0.4; charset=utf-8", metrics.Render()),
            _ => ("404 Not Found", "text/plain", "not found\n"),
        };
        return Whole(status, type, text, isGet);
    }

    private static byte[] Whole(string status, string type, string text, bool withBody)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var head = string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. withBody ? body : []];
    }
}
