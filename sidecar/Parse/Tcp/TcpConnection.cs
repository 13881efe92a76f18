using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Pipeline;

namespace K8sRecorder.Sidecar.Parse.Tcp;

/// <summary>An accepted connection of an agent and, once dialled, its other half.</summary>
internal sealed class TcpConnection(Socket agent, Stream agentStream, TcpTarget target, RecorderPipeline pipeline) : IConnection
{
    // A write that has waited so long may wait for ever.
    private const int WriteTicks = 2;

    private readonly CancellationTokenSource _cut = new();
    private Socket? _target;
    private int _writes;
    private int _waited;

    public TcpTarget Target => target;

    /// <summary>The agent's bytes; it owns the socket.</summary>
    public Stream AgentStream => agentStream;

    public Stream? TargetStream { get; private set; }

    public int PeerPort { get; } = PortOf(agent);

    /// <summary>Fires when the connection must go: the recorder stops, or the agent is gone.</summary>
    public CancellationToken WasCut => _cut.Token;

    /// <summary>Whether the agent was found gone while nothing was read from it.</summary>
    public bool AgentIsGone { get; private set; }

    public Task RunAsync() => pipeline.RunAsync(this);

    public void Stop()
    {
        // bytes have no end that could be waited for
    }

    /// <summary>
    /// What is written to a target that does not read keeps the agent from being read, and then nobody learns that it went away. A reset
    /// shows as an error of the socket, whatever still lies in it unread.
    /// </summary>
    public bool Sweep()
    {
        if (Volatile.Read(ref _writes) == 0)
        {
            _waited = 0;
            return false;
        }
        if (++_waited >= WriteTicks && !AgentIsGone && HasFailed(agent))
        {
            AgentIsGone = true;
            Cut();
        }
        return true;
    }

    /// <summary>Writes, and says so where it takes a while.</summary>
    public async ValueTask WriteAsync(Stream sink, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var writing = sink.WriteAsync(bytes, cancellationToken);
        if (writing.IsCompletedSuccessfully)
            return;
        Interlocked.Increment(ref _writes);
        try
        {
            await writing;
        }
        finally
        {
            Interlocked.Decrement(ref _writes);
        }
    }

    public async ValueTask<bool> DialAsync()
    {
        if (await target.DialAsync(WasCut) is not { } dialled)
            return false;
        (_target, TargetStream) = dialled;
        return true;
    }

    /// <summary>Any thread, also one that holds the lock which the end of this connection waits for.</summary>
    public void Cut() => _ = _cut.CancelAsync();

    /// <summary>The agent said its last byte: the target is told so.</summary>
    public ValueTask EndTowardsTargetAsync() => EndAsync(TargetStream, _target);

    /// <summary>The target said its last byte: the agent is told so.</summary>
    public ValueTask EndTowardsAgentAsync() => EndAsync(AgentStream, agent);

    /// <summary>Both sides are to see that something is missing: a reset instead of an end.</summary>
    public void Reset()
    {
        foreach (var socket in new[] { agent, _target })
        {
            if (socket is null)
                continue;
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // closed already
            }
            socket.Dispose();
        }
    }

    public void Dispose()
    {
        agentStream.Dispose();
        TargetStream?.Dispose();
        // not the source: it holds nothing, and may be fired to the last
    }

    private static bool HasFailed(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectError);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>The peer's port; 0 where it went away before it could be asked for.</summary>
    private static int PortOf(Socket socket)
    {
        try
        {
            return (socket.RemoteEndPoint as IPEndPoint)?.Port ?? 0;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static async ValueTask EndAsync(Stream? stream, Socket? socket)
    {
        try
        {
            if (stream is System.Net.Security.SslStream tls)
                await tls.ShutdownAsync();
            socket?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException or IOException)
        {
            // the other side closed first: it has what it wanted
        }
    }
}
