using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using K8sRecorder.Soak.SidecarKill.Grounds;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>A target at the end of some roads, which knows when none of its connections is open.</summary>
internal sealed class LoadTarget : IAsyncDisposable
{
    private readonly Func<Line, Task> _serve;
    private readonly IReadOnlyList<Road> _roads;
    private readonly ConcurrentDictionary<Task, byte> _connections = [];
    private readonly Task _accepting;

    public LoadTarget(IReadOnlyList<Road> roads, Func<Line, Task> serve)
    {
        (_roads, _serve) = (roads, serve);
        foreach (var road in roads)
            road.Listener.Listen(512);
        _accepting = Task.WhenAll(roads.Select(AcceptAsync));
    }

    /// <summary>Completes when no connection is open: the sidecar is dead or idle.</summary>
    public async Task QuietAsync()
    {
        while (!_connections.IsEmpty)
            await Task.WhenAll(_connections.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var road in _roads)
            road.Listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync(Road road)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await road.Listener.AcceptAsync();
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return;
            }
            socket.NoDelay = true;
            var started = new TaskCompletionSource();
            var serving = ServeAsync(socket, road, started.Task);
            _connections[serving] = 0;
            _ = serving.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
            started.SetResult();
        }
    }

    private async Task ServeAsync(Socket socket, Road road, Task started)
    {
        await started;
        SslStream? tls = null;
        try
        {
            if (road.Certificate is not null)
                await (tls = new SslStream(new NetworkStream(socket))).AuthenticateAsServerAsync(road.Certificate);
        }
        catch (Exception killed) when (killed is IOException or SocketException or AuthenticationException)
        {
            socket.Dispose();
            return;
        }
        await _serve(new Line(socket, tls));
    }
}
