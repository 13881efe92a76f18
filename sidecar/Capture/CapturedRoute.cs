using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>
/// To where the agent wanted to go, under the name that it meant. The first connection is there already, as a rule; another is opened where that has
/// ended, in the same way.
/// </summary>
internal sealed class CapturedRoute(IReadOnlyList<IPEndPoint> ways, ServerName? tls, TlsClientSide client, TimeProvider time) : IRoute, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private Wire? _first;

    public string Host => tls?.Text ?? ways[0].Address.ToString();

    public int Port => ways[0].Port;

    public bool IsTls => tls is not null;

    public bool KeepsHost => true;

    /// <summary>Connects and says nothing, to the first of these that takes it; null if none does.</summary>
    public static async ValueTask<Socket?> ConnectAsync(IReadOnlyList<IPEndPoint> ways, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var way in ways)
        {
            if (await ConnectAsync(way, time, cancellationToken) is { } socket)
                return socket;
        }
        return null;
    }

    private static async ValueTask<Socket?> ConnectAsync(IPEndPoint destination, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var socket = new Socket(destination.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(destination, either.Token);
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            return null;
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
            if (await ConnectAsync(ways, time, cancellationToken) is not { } socket)
                return null;
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
