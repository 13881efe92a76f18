using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using static K8sRecorder.Testing.Http2.Http2Frames;

namespace K8sRecorder.Testing.Http2;

/// <summary>A target of HTTP/2 over TLS that takes few streams at a time. It answers one when a frame of its own has gone to the client and back.</summary>
public sealed class NarrowTarget : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _over = new(); // never disposed: it has no timer
    private readonly ConcurrentQueue<Task> _connections = new();
    private readonly ConcurrentQueue<SslStream> _open = new();
    private readonly X509Certificate2 _certificate;
    private readonly Task _accepting;
    private readonly int _limit;
    private readonly int _widerUntil;
    private readonly Others _others;
    private int _first;

    /// <param name="listener">Where it listens; its own from now on.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="limit">So many streams a connection.</param>
    /// <param name="widerUntil">The first connection says so only when this many came.</param>
    /// <param name="others">What becomes of more connections.</param>
    public NarrowTarget(TcpListener listener, X509Certificate2 certificate, int limit, int widerUntil = 0, Others others = Others.Served)
    {
        ArgumentNullException.ThrowIfNull(listener);
        (_listener, _certificate, _limit, _widerUntil, _others) = (listener, certificate, limit, widerUntil, others);
        listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>The port of it.</summary>
    public int Port { get; }

    /// <summary>Requests that were answered on the first connection.</summary>
    public int AnsweredFirst { get; private set; }

    /// <summary>Ends it and its connections; once is enough.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_over.IsCancellationRequested)
            return;
        await _over.CancelAsync();
        _listener.Stop();
        foreach (var stream in _open)
            await stream.DisposeAsync();
        await _accepting;
        await Task.WhenAll(_connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Enqueue(ServeAsync(await _listener.AcceptSocketAsync(_over.Token)));
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or InvalidOperationException or ObjectDisposedException)
        {
            // by a test that is over, or that wants no more connections
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var isFirst = Interlocked.Exchange(ref _first, 1) == 0;
        if (isFirst && _others == Others.Refused)
            _listener.Stop();
        using var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        if (!isFirst && _others == Others.Dropped)
            return;
        _open.Enqueue(tls);
        try
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = _certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }, _over.Token);
        }
        catch (Exception left) when (left is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return; // not wanted any more: another connection had become free
        }
        if (!isFirst && _others == Others.DroppedInside)
            return;
        await SpeakAsync(new Http2Peer(tls, socket), isFirst);
    }

    private async Task SpeakAsync(Http2Peer peer, bool isFirst)
    {
        byte[] limit = [0, 3, 0, 0, 0, (byte)_limit];
        var wider = isFirst ? _widerUntil : 0;
        await peer.SendAsync(new Http2Frames().Frame(Settings, 0, 0, wider > 0 ? [] : limit));
        await peer.ReadAsync(24);
        if (!isFirst && _others == Others.SentAway)
        {
            await peer.SendAsync(new Http2Frames().Frame(GoAway, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));
            await peer.ReadUntilAsync(_ => false);
            return;
        }
        var open = new Queue<int>();
        var held = new Stack<int>();
        var isTold = false;
        while (await peer.ReadUntilAsync(frame => frame.Type is Headers or Ping || (frame.Type == Settings && (frame.Flags & Ack) != 0)) is { } frame)
        {
            switch (frame.Type)
            {
                case Settings:
                    isTold = wider == 0;
                    break;
                case Headers when held.Count + 1 < wider:
                    held.Push(frame.Stream);
                    break;
                case Headers when wider > 0:
                    wider = 0;
                    await peer.SendAsync(new Http2Frames().Frame(Settings, 0, 0, limit));
                    await AnswerAsync(peer, frame.Stream, isFirst);
                    while (held.TryPop(out var stream))
                        await AnswerAsync(peer, stream, isFirst);
                    break;
                case Headers when open.Count >= _limit && !isTold:
                    await peer.SendAsync(new Http2Frames().Number(Reset, frame.Stream, 7));
                    break;
                case Headers:
                    open.Enqueue(frame.Stream);
                    await peer.SendAsync(new Http2Frames().Frame(Ping, 0, 0, new byte[8]));
                    break;
                case Ping when (frame.Flags & Ack) != 0 && open.TryDequeue(out var next):
                    await AnswerAsync(peer, next, isFirst);
                    break;
                case Ping when (frame.Flags & Ack) == 0:
                    await peer.SendAsync(new Http2Frames().Frame(Ping, Ack, 0, frame.Payload));
                    break;
                default:
                    break;
            }
        }
    }

    private async Task AnswerAsync(Http2Peer peer, int stream, bool isFirst)
    {
        if (isFirst)
            AnsweredFirst++;
        await peer.SendAsync(new Http2Frames().Frame(Headers, EndHeaders, stream, Fields((":status", "200"))).Frame(Data, EndStream, stream, "answered"u8));
    }
}
