using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace K8sRecorder.Integration.Hostile;

/// <summary>A target that is only a socket and does with each connection what its script says; without one it answers HTTP/1.1 as it should.</summary>
internal sealed class ScriptedTarget : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<RawPeer, Task> _open = new();
    private readonly Func<RawPeer, Task> _script;
    private readonly Task _accepting;
    private int _connections;

    public ScriptedTarget(Func<RawPeer, Task>? script = null, int backlog = 4096)
    {
        _script = script ?? AnswerAsync;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(backlog);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Request heads that arrived, where the script is the honest one.</summary>
    public ConcurrentQueue<string> Heads { get; } = new();

    /// <summary>Answers every request with what it asked for: <c>METHOD target</c> and the body it brought.</summary>
    public async Task AnswerAsync(RawPeer agent)
    {
        while (await agent.ReadHeadAsync() is { } head)
        {
            Heads.Enqueue(head);
            var body = head.Contains("chunked", StringComparison.OrdinalIgnoreCase) ? await ReadChunksAsync(agent) : await agent.ReadAsync(RawPeer.LengthOf(head));
            var line = head[..head.IndexOf(" HTTP/", StringComparison.Ordinal)];
            var answer = $"{line} {body}";
            await agent.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {answer.Length}\r\n\r\n{answer}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var peer in _open.Keys)
            peer.Dispose();
        await Task.WhenAll(_open.Values);
    }

    private static async Task<string> ReadChunksAsync(RawPeer agent)
    {
        var body = "";
        while (true)
        {
            int end;
            while ((end = agent.Waiting.IndexOf("\r\n"u8)) < 0)
            {
                if (!await agent.ReceiveAsync())
                    return body;
            }
            var size = Convert.ToInt32((await agent.ReadAsync(end + 2)).Split(';', '\r')[0], 16);
            if (size == 0)
            {
                await agent.ReadAsync(2);
                return body;
            }
            body += (await agent.ReadAsync(size + 2))[..size];
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var peer = new RawPeer(await _listener.AcceptAsync());
                Interlocked.Increment(ref _connections);
                peer.Socket.NoDelay = true;
                _open[peer] = Task.CompletedTask;
                var serving = Task.Run(() => ServeAsync(peer));
                if (_open.ContainsKey(peer))
                    _open[peer] = serving;
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(RawPeer peer)
    {
        try
        {
            await _script(peer);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or OperationCanceledException or FormatException or ArgumentException)
        {
            // the other side left, or sent what no honest server reads on after
        }
        finally
        {
            peer.Dispose();
            _open.TryRemove(peer, out _);
        }
    }
}
