using System.Net;
using System.Net.Sockets;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Pipeline;

namespace K8sRecorder.Sidecar.Parse.Tcp;

/// <summary>An accepted connection of an agent and, once dialled, its other half.</summary>
internal sealed class TcpConnection(Socket agent, TcpTarget target, RecorderPipeline pipeline) : IConnection
{
    private readonly CancellationTokenSource _cut = new();
    private Socket? _target;

    public TcpTarget Target => target;

    public Stream AgentStream { get; } = new NetworkStream(agent, ownsSocket: true);

    public Stream? TargetStream { get; private set; }

    public int PeerPort { get; } = (agent.RemoteEndPoint as IPEndPoint)?.Port ?? 0;

    /// <summary>Fires when the recorder stops and this connection must go.</summary>
    public CancellationToken WasCut => _cut.Token;

    public Task RunAsync() => pipeline.RunAsync(this);

    public void Stop()
    {
        // bytes have no end that could be waited for
    }

    public void Sweep()
    {
        // it has no time limits
    }

    public async ValueTask<bool> DialAsync(TimeProvider time)
    {
        if (await target.DialAsync(time, WasCut) is not { } dialled)
            return false;
        (_target, TargetStream) = dialled;
        return true;
    }

    public void Cut() => _cut.Cancel();

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
        AgentStream.Dispose();
        TargetStream?.Dispose();
        _cut.Dispose();
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
