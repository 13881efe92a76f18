using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Trust;

/// <summary>
/// The agent's side of the recorder and no more of it: accepts with a leaf of the pod's authority, and answers every request with the same words.
/// The bundle lies in a folder of its own.
/// </summary>
internal sealed class TrustedServer : IAsyncDisposable
{
    public const string Answer = "200 hello";

    private readonly TemporaryFolder _folder = new();
    private readonly PodAuthority _authority = PodAuthority.Create(TimeProvider.System);
    private readonly LeafCertificates _leaves;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    private TrustedServer()
    {
        TrustBundle.Write(_folder.Path, TrustAnchors.Load(CertificateFile.SystemPaths, []), _authority);
        _leaves = new LeafCertificates(_authority, TimeProvider.System);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public static TrustedServer Start() => new();

    public string Url => $"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    public string Pem => _folder[TrustBundle.PemName];

    public string Java => _folder[TrustBundle.JavaName];

    public string AuthorityAlone => _folder[TrustBundle.AuthorityName];

    /// <summary>What became of each handshake.</summary>
    public List<TlsServerResult> Handshakes { get; } = [];

    /// <summary>Accepts no more, and waits for what was accepted.</summary>
    public async Task StopAsync()
    {
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            try
            {
                _connections.Add(ServeAsync(await _listener.AcceptSocketAsync()));
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private async Task ServeAsync(Socket socket)
    {
        var result = await TlsServerSide.AcceptAsync(
            new NetworkStream(socket, ownsSocket: true), _leaves.For(ServerName.Parse("localhost")), null, TimeProvider.System, CancellationToken.None);
        lock (Handshakes)
            Handshakes.Add(result);
        if (result.Stream is null)
            return;
        await using var tls = result.Stream;
        try
        {
            var request = new byte[16 << 10];
            if (await tls.ReadAsync(request) > 0)
                await tls.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"));
        }
        catch (IOException)
        {
            // a client that does not believe us may say so after its handshake
        }
    }
}
