using System.Net.Sockets;

namespace K8sRecorder.Sidecar.Accept;

/// <summary>
/// The loopback listeners, a socket loop each, and the connections that came by them. One coarse clock runs while any is open: what
/// has a time limit looks at it there and not with a timer of its own.
/// </summary>
internal sealed class Listeners(
    IReadOnlyList<Listener> listeners, int maxOpen, CoarseClock clock, TimeProvider time, ILogger<Listeners> logger) : IAsyncDisposable
{
    private const int Backlog = 1024;

    private static readonly TimeSpan Respite = TimeSpan.FromMilliseconds(100);

    private readonly List<Socket> _listening = [];
    private readonly List<Task> _loops = [];
    private readonly HashSet<IConnection> _open = [];
    private readonly List<IConnection> _swept = []; // the sweep's
    private readonly Lock _lock = new();
    private readonly LogBudget _logBudget = new(time, perMinute: 1);
    private readonly SemaphoreSlim _room = new(maxOpen, maxOpen);
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource? _drained;
    private int _isSweeping;

    /// <summary>Binds all of them; throws where one cannot be bound.</summary>
    public void Start()
    {
        clock.Start(Sweep);
        foreach (var listener in listeners)
        {
            var socket = new Socket(listener.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _listening.Add(socket);
            socket.Bind(listener.Address);
            socket.Listen(Backlog);
            _loops.Add(AcceptAsync(socket, listener));
        }
    }

    /// <summary>Stops accepting, lets what is under way end, and cuts what has not by the time the token fires.</summary>
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
        foreach (var connection in OpenNow())
        {
            WhileItIsThere(connection, static connection =>
            {
                connection.Stop();
                return true;
            });
        }
        await using (cancellationToken.Register(CutAll))
            await drained.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var socket in _listening)
            socket.Dispose();
        clock.Dispose();
        CutAll();
        _stopping.Dispose(); // the semaphore holds nothing, and connections that were cut still give their place back
    }

    private async Task AcceptAsync(Socket listening, Listener listener)
    {
        Socket? accepted = null;
        try
        {
            while (true)
            {
                accepted = await AcceptAsync(listening, listener.Target);
                await _room.WaitAsync(_stopping.Token); // only now: a listener to which nobody comes holds no place
                _stopping.Token.ThrowIfCancellationRequested();
                if (Open(listener, accepted) is { } connection)
                    _ = ServeAsync(connection); // owned by _open, awaited by StopAsync
                else
                    _room.Release();
                accepted = null;
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
        {
            accepted?.Dispose();
        }
    }

    /// <summary>The next connection. What can go wrong with one is not the listener's end.</summary>
    private async ValueTask<Socket> AcceptAsync(Socket listening, string target)
    {
        while (true)
        {
            Socket? accepted = null;
            try
            {
                accepted = await listening.AcceptAsync(_stopping.Token);
                accepted.NoDelay = true;
                return accepted;
            }
            catch (SocketException) when (_stopping.IsCancellationRequested)
            {
                accepted?.Dispose();
                throw new OperationCanceledException(_stopping.Token);
            }
            catch (SocketException gone) when (accepted is not null || gone.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                accepted?.Dispose(); // it left before it was taken
            }
            catch (SocketException failure)
            {
                // no descriptors or no memory for a moment
                if (_logBudget.TryTake())
                    logger.AcceptFailed(target, failure.SocketErrorCode);
                await Task.Delay(Respite, time, _stopping.Token);
            }
        }
    }

    private static IConnection? Open(Listener listener, Socket accepted)
    {
        try
        {
            return listener.Open(accepted);
        }
        catch (Exception gone) when (gone is SocketException or IOException)
        {
            accepted.Dispose(); // it left before it could be asked who it is
            return null;
        }
    }

    private async Task ServeAsync(IConnection connection)
    {
        lock (_lock)
        {
            _open.Add(connection);
            clock.Quicken();
        }
        try
        {
            await connection.RunAsync();
        }
        finally
        {
            connection.Dispose();
            _room.Release();
            lock (_lock)
            {
                _open.Remove(connection);
                if (_open.Count == 0)
                    _drained?.TrySetResult();
            }
        }
    }

    private void Sweep()
    {
        if (Interlocked.Exchange(ref _isSweeping, 1) != 0)
            return; // the one before took longer than a tick
        lock (_lock)
        {
            if (_open.Count == 0)
                clock.Rest();
            _swept.AddRange(_open);
        }
        var isBusy = false;
        foreach (var connection in _swept)
            isBusy |= WhileItIsThere(connection, static connection => connection.Sweep());
        if (_swept.Count > 0 && !isBusy)
            clock.SlowDown();
        _swept.Clear();
        Volatile.Write(ref _isSweeping, 0);
    }

    private static bool WhileItIsThere(IConnection connection, Func<IConnection, bool> ask)
    {
        try
        {
            return ask(connection);
        }
        catch (ObjectDisposedException)
        {
            return false; // it ended in this moment
        }
    }

    private void CutAll()
    {
        foreach (var connection in OpenNow())
        {
            WhileItIsThere(connection, static connection =>
            {
                connection.Cut();
                return true;
            });
        }
    }

    /// <summary>Those that are open now. What is asked of one may end it, so it is asked outside of the lock, and not of the set.</summary>
    private IConnection[] OpenNow()
    {
        lock (_lock)
            return [.. _open];
    }
}
