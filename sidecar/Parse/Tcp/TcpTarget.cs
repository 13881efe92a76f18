using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Sidecar.Parse.Tcp;

/// <summary>A target of raw connections, and how it is dialled.</summary>
internal sealed class TcpTarget(EffectiveTarget target)
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(15);

    private readonly EffectiveUpstream _upstream = target.Upstream ?? throw new InvalidOperationException("the target has no upstream");

    public string Name => target.Name;

    /// <summary>Connects, and where the policy says so speaks TLS; null if the target could not be reached or believed.</summary>
    public async ValueTask<(Socket Socket, Stream Stream)?> DialAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(DialTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_upstream.Host, _upstream.Port, either.Token);
            var plain = new NetworkStream(socket, ownsSocket: true);
            if (_upstream.Tls == UpstreamTlsMode.Disable)
                return (socket, plain);
            var tls = new SslStream(plain);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = _upstream.ServerName }, either.Token);
            return (socket, tls);
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            socket.Dispose();
            return null;
        }
    }
}
