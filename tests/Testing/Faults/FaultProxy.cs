using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K8sRecorder.Testing.Faults;

/// <summary>
/// Stands between a client of a store and the store, on loopback, and does to its requests what networks and stores do. Counts what it did, so
/// that a test can say that a fault was really met.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    /// <summary>Bytes a second of <see cref="ProxyFault.Throttle"/>.</summary>
    public const int ThrottledBytesPerSecond = 64 << 10;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<ProxyRequest> _requests = new();
    private readonly int _upstream;
    private readonly Task _accepting;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ProxyFault[] _faults = [ProxyFault.None];
    private int _next;
    private int _hits;
    private int _held;

    private FaultProxy(int upstream)
    {
        _upstream = upstream;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What is done to requests from now on. Setting it counts hits from zero; connections that hang go on hanging.</summary>
    public ProxyFault Fault
    {
        get => _faults[0];
        set => Take(value);
    }

    /// <summary>Does another thing to each request, in turn.</summary>
    public void Take(params ProxyFault[] inTurn)
    {
        Interlocked.Exchange(ref _hits, 0);
        Interlocked.Exchange(ref _next, 0);
        _faults = inTurn;
    }

    /// <summary>Requests that met the present fault.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Requests that are held without an answer, or with half of one, at this moment.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Every request, in order.</summary>
    public IReadOnlyList<ProxyRequest> Requests => [.. _requests];

    /// <summary>Starts one before a store on loopback.</summary>
    public static FaultProxy Start(int upstreamPort) => new(upstreamPort);

    /// <summary>The connection string of a store, with the proxy in the way.</summary>
    public string Before(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return connectionString.Replace($":{_upstream}/", $":{Port}/", StringComparison.Ordinal);
    }

    /// <summary>Waits until so many requests have met the present fault.</summary>
    public async Task HitAsync(int count = 1)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Hits < count)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (Hits < count)
                await changed.WaitAsync(patience.Token);
        }
    }

    /// <summary>Resets every connection, and takes no new ones.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            client.NoDelay = true;
            try
            {
                var wire = new HttpWire(client);
                if (await wire.ReadHeadAsync(_stop.Token))
                    await AnswerAsync(client, wire);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
            {
                Reset(client);
            }
        }
    }

    /// <summary>One request, and the end of the connection.</summary>
    private async Task AnswerAsync(Socket client, HttpWire wire)
    {
        var faults = _faults;
        var fault = faults[(int)((uint)(Interlocked.Increment(ref _next) - 1) % faults.Length)];
        if (fault == ProxyFault.AcknowledgeOnly && wire.Method != "PUT")
            fault = ProxyFault.None;
        _requests.Enqueue(new ProxyRequest(wire.Method, wire.Path, fault));
        switch (fault)
        {
            case ProxyFault.None:
                await SendAsync(client, await ForwardAsync(wire, throttled: false), throttled: false);
                return;
            case ProxyFault.Throttle:
                Hit();
                await SendAsync(client, await ForwardAsync(wire, throttled: true), throttled: true);
                return;
            case ProxyFault.BadSignature:
                Hit();
                await SendAsync(client, await ForwardAsync(wire, throttled: false, Unsign), throttled: false);
                return;
            case ProxyFault.Refuse:
                Hit();
                Reset(client);
                return;
            case ProxyFault.ResetInUpload:
                await wire.ReadBodyAsync(wire.ContentLength / 2, _stop.Token);
                Hit();
                Reset(client);
                return;
            case ProxyFault.LoseAnswer:
                await ForwardAsync(wire, throttled: false);
                Hit();
                Reset(client);
                return;
            default:
                var body = await wire.ReadBodyAsync(wire.ContentLength, _stop.Token);
                Hit();
                if (fault != ProxyFault.Hang)
                    await client.SendAsync(FaultAnswers.Of(fault, body), _stop.Token);
                if (fault is ProxyFault.Hang or ProxyFault.HangInAnswer)
                    await HoldAsync(wire);
                return;
        }
    }

    private async Task HoldAsync(HttpWire wire)
    {
        Interlocked.Increment(ref _held);
        try
        {
            await wire.ReadHeadAsync(_stop.Token); // until the client gives up
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    /// <summary>Passes a request on over a connection of its own, and reads the whole answer.</summary>
    private async Task<byte[]> ForwardAsync(HttpWire wire, bool throttled, Func<string, string>? line = null)
    {
        var body = await wire.ReadBodyAsync(wire.ContentLength, _stop.Token);
        using var store = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await store.ConnectAsync(IPAddress.Loopback, _upstream, _stop.Token);
        var lines = wire.Head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(head => !head.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase) && !head.StartsWith("Expect:", StringComparison.OrdinalIgnoreCase))
            .Select(line ?? (static line => line));
        await SendAsync(store, [.. Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\nConnection: close\r\n\r\n"), .. body], throttled);
        using var answer = new MemoryStream();
        var buffer = new byte[65536];
        while (await store.ReceiveAsync(buffer, _stop.Token) is var read and > 0)
            answer.Write(buffer, 0, read);
        return answer.ToArray();
    }

    private async Task SendAsync(Socket to, byte[] bytes, bool throttled)
    {
        const int SlicesPerSecond = 20;
        var slice = throttled ? ThrottledBytesPerSecond / SlicesPerSecond : bytes.Length;
        for (var at = 0; at < bytes.Length; at += slice)
        {
            await to.SendAsync(bytes.AsMemory(at, Math.Min(slice, bytes.Length - at)), _stop.Token);
            if (throttled)
                await Task.Delay(TimeSpan.FromSeconds(1.0 / SlicesPerSecond), TimeProvider.System, _stop.Token);
        }
    }

    private static string Unsign(string line) =>
        line.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase) && line.LastIndexOf(':') is var at ? line[..(at + 1)] + new string('A', 43) + "=" : line;

    private static void Reset(Socket client)
    {
        client.LingerState = new LingerOption(true, 0);
        client.Close();
    }

    private void Hit()
    {
        Interlocked.Increment(ref _hits);
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
