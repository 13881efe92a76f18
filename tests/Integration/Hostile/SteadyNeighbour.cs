using System.Net.Sockets;

namespace K8sRecorder.Integration.Hostile;

/// <summary>
/// A well-behaved agent on the attacked sidecar: one exchange after the other, on a new connection now and then, and every answer is
/// compared with what it must be. One that is wrong, missing or not there within 20 s is kept and ends it.
/// </summary>
internal sealed class SteadyNeighbour(int port, int exchangesPerConnection) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(4);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private long _answers;

    /// <summary>Right answers so far.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>The longest wait for an answer.</summary>
    public TimeSpan Longest { get; private set; }

    public void Start() => _running = RunAsync();

    /// <summary>Waits for so many more right answers.</summary>
    public async Task PassAsync(int more)
    {
        var until = Answers + more;
        using var tick = new PeriodicTimer(Pace);
        while (Answers < until && await tick.WaitForNextTickAsync())
        {
            if (_running.IsCompleted)
                await _running; // throws what went wrong
        }
    }

    /// <summary>Ends it; throws if an answer was not as it must be.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_running);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var tick = new PeriodicTimer(Pace);
        while (!_stop.IsCancellationRequested)
        {
            using var peer = await RawPeer.ToAsync(port);
            for (var i = 0; i < exchangesPerConnection && !_stop.IsCancellationRequested; i++)
            {
                await ExchangeAsync(peer, Answers);
                Interlocked.Increment(ref _answers);
                await tick.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    private async Task ExchangeAsync(RawPeer peer, long number)
    {
        var began = TimeProvider.System.GetTimestamp();
        var body = $"body {number}";
        var exchange = AskAsync(peer, $"POST /neighbour/{number} HTTP/1.1\r\nHost: n\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        if (await Task.WhenAny(exchange, Task.Delay(Patience)) != exchange)
            throw new TimeoutException($"the neighbour's exchange {number} was not answered within {Patience}");
        var answer = await exchange;
        if (answer != (200, $"POST /neighbour/{number} {body}"))
            throw new InvalidOperationException($"the neighbour's exchange {number} was answered {answer}");
        var took = TimeProvider.System.GetElapsedTime(began);
        if (took > Longest)
            Longest = took;
    }

    private static async Task<(int, string)> AskAsync(RawPeer peer, string request)
    {
        try
        {
            await peer.SendAsync(request);
            return await peer.ReadAnswerAsync();
        }
        catch (SocketException failure)
        {
            throw new InvalidOperationException($"the neighbour's connection failed: {failure.SocketErrorCode}", failure);
        }
    }
}
