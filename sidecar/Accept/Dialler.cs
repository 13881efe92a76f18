using System.Net.Security;
using System.Net.Sockets;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>Opens connections to the upstreams that a policy names.</summary>
/// <param name="client">Shakes hands and verifies; made when the first upstream with TLS is dialled.</param>
/// <param name="time">The clock of the time limit.</param>
internal sealed class Dialler(Lazy<TlsClientSide> client, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public TimeProvider Time => time;

    /// <summary>Connects, and where the policy says so speaks TLS; null if the target could not be reached or believed.</summary>
    public async ValueTask<(Socket Socket, SslStream? Tls)?> DialAsync(
        EffectiveUpstream upstream, IReadOnlyList<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        Socket? socket = null;
        try
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(upstream.Host, upstream.Port, either.Token);
            if (upstream.Tls != UpstreamTlsMode.Verify)
                return (socket, null);
            if (ServerName.TryParse(upstream.ServerName, out var name)
                && (await client.Value.ConnectAsync(new NetworkStream(socket, ownsSocket: true), name, upstream.Port, protocols, either.Token)).Stream is { } tls)
                return (socket, tls);
        }
        catch (Exception failure) when (failure is SocketException or IOException or OperationCanceledException)
        {
            // the same as nobody there
        }
        socket?.Dispose();
        return null;
    }
}
