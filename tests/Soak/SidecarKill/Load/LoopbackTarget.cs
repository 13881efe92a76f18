using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Soak.SidecarKill.Load;

/// <summary>A target on a loopback port of its own, which knows when none of its connections is open.</summary>
internal sealed class LoopbackTarget : IAsyncDisposable
{
    private readonly Func<Socket, Task> _serve;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Task, byte> _connections = [];
    private readonly Task _accepting;

    public LoopbackTarget(Func<Socket, Task> serve)
    {
        _serve = serve;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Completes when no connection is open: the sidecar is dead or idle.</summary>
    public async Task QuietAsync()
    {
        while (!_connections.IsEmpty)
            await Task.WhenAll(_connections.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return;
            }
            socket.NoDelay = true;
            var started = new TaskCompletionSource();
            var serving = ServeAsync(socket, started.Task);
            _connections[serving] = 0;
            _ = serving.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
            started.SetResult();
        }
    }

    private async Task ServeAsync(Socket socket, Task started)
    {
        await started;
        await _serve(socket);
    }
}
