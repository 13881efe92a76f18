using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>Opens connections to targets.</summary>
internal static class Dialling
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Connects, and where the policy says so speaks TLS; null if the target could not be reached or believed.</summary>
    public static async ValueTask<(Socket Socket, SslStream? Tls)?> DialAsync(
        EffectiveUpstream upstream, IReadOnlyList<SslApplicationProtocol> protocols, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        Socket? socket = null;
        try
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(upstream.Host, upstream.Port, either.Token);
            if (upstream.Tls == UpstreamTlsMode.Disable)
                return (socket, null);
            var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = upstream.ServerName,
                    ApplicationProtocols = protocols.Count > 0 ? [.. protocols] : null,
                },
                either.Token);
            return (socket, tls);
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            socket?.Dispose();
            return null;
        }
    }
}
