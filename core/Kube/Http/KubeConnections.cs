using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Credentials;

namespace K8sRecorder.Kube.Http;

/// <summary>
/// The connections to one API server: HTTP/1.1, one for each running request and each watch. They are made anew when our certificate or the
/// authority's file changes; requests under way end on the old ones.
/// </summary>
internal sealed class KubeConnections(KubernetesClientConfiguration configuration) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly AuthorityFile? _authority = configuration.CertificateAuthority is { } authority ? new AuthorityFile(authority) : null;
    private Generation? _current;
    private Generation? _before;

    /// <exception cref="CredentialException">The authority's file holds no certificate.</exception>
    public HttpMessageInvoker For(SslStreamCertificateContext? certificate)
    {
        lock (_lock)
        {
            var trust = configuration.SkipTlsVerify ? null : _authority?.Current();
            if (_current is { } current && current.Certificate == certificate && current.Trust == trust)
                return current.Http;
            _before?.Http.Dispose();
            _before = _current;
            _current = new Generation(certificate, trust, new HttpMessageInvoker(Handler(certificate, trust)));
            return _current.Http;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _before?.Http.Dispose();
            _current?.Http.Dispose();
        }
    }

    private SocketsHttpHandler Handler(SslStreamCertificateContext? certificate, ServerTrust? trust)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // So that a server behind a changed name, or a new one beside it, is found.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            // A redirect would carry the token to wherever it says.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 64,
            ConnectCallback = ConnectAsync,
        };
        if (configuration.ProxyUrl is { } proxy)
            handler.Proxy = new WebProxy(proxy);
        else
            handler.UseProxy = configuration.UseEnvironmentProxy;
        handler.SslOptions.ClientCertificateContext = certificate;
        if (configuration.SkipTlsVerify)
            handler.SslOptions.RemoteCertificateValidationCallback = AcceptsAny;
        else if (trust is not null)
        {
            handler.SslOptions.CertificateChainPolicy = trust.Policy();
            handler.SslOptions.RemoteCertificateValidationCallback = trust.Accepts;
        }
        return handler;
    }

    /// <summary><c>insecure-skip-tls-verify</c>: who wrote that wants any certificate, but one.</summary>
    private static bool AcceptsAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate is not null;

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A watch may be silent for minutes: a peer that is gone without a word is noticed in half of one.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed record Generation(SslStreamCertificateContext? Certificate, ServerTrust? Trust, HttpMessageInvoker Http);
}
