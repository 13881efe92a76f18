using System.Net.Sockets;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Sidecar.Parse.Tcp;
using K8sRecorder.Sidecar.Pipeline;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>The loopback listeners of raw TCP targets: a socket loop each.</summary>
internal sealed class TcpListeners(IReadOnlyList<EffectiveTarget> targets, RecorderPipeline pipeline, ILogger<TcpListeners> logger) : IAsyncDisposable
{
    private const int Backlog = 512;

    private readonly List<Socket> _listening = [];
    private readonly List<Task> _loops = [];
    private readonly HashSet<TcpConnection> _open = [];
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource? _drained;

    /// <summary>Binds all of them; throws where one cannot be bound.</summary>
    public void Start()
    {
        foreach (var target in targets)
        {
            var listen = target.Listen ?? throw new InvalidOperationException("the target has no listener");
            var socket = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _listening.Add(socket);
            socket.Bind(listen);
            socket.Listen(Backlog);
            _loops.Add(AcceptAsync(socket, new TcpTarget(target)));
        }
    }

    /// <summary>Stops accepting, lets connections end, and cuts those that have not by the time the token fires.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        foreach (var socket in _listening)
            socket.Dispose();
        await Task.WhenAll(_loops);
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _drained = drained;
            if (_open.Count == 0)
                return;
        }
        await using (cancellationToken.Register(CutAll))
            await drained.Task;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var socket in _listening)
            socket.Dispose();
        _stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(Socket listening, TcpTarget target)
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket accepted;
            try
            {
                accepted = await listening.AcceptAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                // a connection that was reset before it was taken, or no descriptors for a moment: the listener stays
                logger.AcceptFailed(target.Name, failure.SocketErrorCode);
                continue;
            }
            accepted.NoDelay = true;
            _ = ServeAsync(new TcpConnection(accepted, target)); // owned by _open, awaited by StopAsync
        }
    }

    private async Task ServeAsync(TcpConnection connection)
    {
        lock (_lock)
            _open.Add(connection);
        try
        {
            await pipeline.RunAsync(connection);
        }
        finally
        {
            connection.Dispose();
            lock (_lock)
            {
                _open.Remove(connection);
                if (_open.Count == 0)
                    _drained?.TrySetResult();
            }
        }
    }

    private void CutAll()
    {
        lock (_lock)
        {
            foreach (var connection in _open)
                connection.Cut();
        }
    }
}
