using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>
/// To where the agent wanted to go, under the name that it meant. With TLS the first connection is there already; without, it is opened when the first
/// request was judged, and another where that has ended, in the same way.
/// </summary>
internal sealed class CapturedRoute(IReadOnlyList<IPEndPoint> ways, ServerName? tls, TlsClientSide client, TimeProvider time) : IRoute, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private Wire? _first;
    private volatile IPEndPoint? _there;

    public string Host => tls?.Text ?? ways[0].Address.ToString();

    public int Port => ways[0].Port;

    public bool IsTls => tls is not null;

    public bool KeepsHost => true;

    public TimeProvider Time => time;

    /// <summary>Where the last connection led that was opened here; null before there was one.</summary>
    public IPEndPoint? There => _there;

    /// <summary>Whether the last attempt came to nothing because somebody did not answer in time.</summary>
    public bool WasLate { get; private set; }

    /// <summary>Connects and says nothing, to the first of these that takes it; null if none does.</summary>
    public static async ValueTask<Socket?> ConnectAsync(IReadOnlyList<IPEndPoint> ways, TimeProvider time, CancellationToken cancellationToken) =>
        (await TryConnectAsync(ways, time, cancellationToken)).Socket;

    /// <summary>The same, and where none does whether one of them did not answer in time.</summary>
    public static async ValueTask<(Socket? Socket, IPEndPoint? There, bool IsLate)> TryConnectAsync(
        IReadOnlyList<IPEndPoint> ways, TimeProvider time, CancellationToken cancellationToken)
    {
        var isLate = false;
        foreach (var way in ways)
        {
            var (socket, late) = await TryConnectAsync(way, time, cancellationToken);
            if (socket is not null)
                return (socket, way, false);
            isLate |= late;
        }
        return (null, null, isLate);
    }

    private static async ValueTask<(Socket? Socket, bool IsLate)> TryConnectAsync(IPEndPoint destination, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var socket = new Socket(destination.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(destination, either.Token);
            return (socket, false);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            return (null, failure is OperationCanceledException or SocketException { SocketErrorCode: SocketError.TimedOut });
        }
    }

    /// <summary>A connection that is there already.</summary>
    public void Give(Wire first) => _first = first;

    public ValueTask<Wire?> DialAsync(IReadOnlyList<SslApplicationProtocol> protocols, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _first, null) is { } first ? ValueTask.FromResult<Wire?>(first) : DialAgainAsync(protocols, cancellationToken);

    /// <summary>The agent speaks it because the target does.</summary>
    public ValueTask<bool> TakesHttp2Async() => ValueTask.FromResult(true);

    public void Dispose() => Interlocked.Exchange(ref _first, null)?.Dispose();

    private async ValueTask<Wire?> DialAgainAsync(IReadOnlyList<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        try
        {
            var (connected, there, isLate) = await TryConnectAsync(ways, time, cancellationToken);
            WasLate = isLate;
            if (connected is not { } socket)
                return null;
            _there = there;
            if (tls is not { } name)
                return new Wire(socket, null);
            var result = await client.ConnectAsync(new NetworkStream(socket, ownsSocket: true), name, Port, protocols, cancellationToken);
            return result.Stream is { } stream ? new Wire(socket, stream) : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
