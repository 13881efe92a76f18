using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Sidecar.Tests;

/// <summary>A target that is only a socket: the test reads what came and writes what it likes.</summary>
internal sealed class RawUpstream : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawUpstream() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether a connection waits to be accepted.</summary>
    public bool IsPending => _listener.Pending();

    public async Task<RawConnection> AcceptAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return new RawConnection(await _listener.AcceptSocketAsync(patience.Token));
    }

    public void Dispose() => _listener.Dispose();
}
