using System.Net.Sockets;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Capture;
using K8sRecorder.Sidecar.Identify;
using K8sRecorder.Sidecar.Parse.Http1;
using K8sRecorder.Sidecar.Pipeline;

namespace K8sRecorder.Sidecar.Parse.Tcp;

/// <summary>
/// A connection to the listener of a target whose TLS goes through unread: whether it is TLS, and what its hello says, is looked at; then bytes
/// are counted. What is not TLS is recorded as it is anywhere.
/// </summary>
internal sealed class PassthroughConnection(Socket agent, TcpTarget target, RecorderPipeline pipeline) : IConnection
{
    private readonly Stream _agentStream = new NetworkStream(agent, ownsSocket: true);
    private readonly CancellationTokenSource _cut = new(); // never disposed: it has no timer, and the sweep may be late
    private (Socket Socket, Stream Stream)? _there;
    private volatile TcpConnection? _inner;

    public async Task RunAsync()
    {
        var peek = new Peek(_agentStream);
        var through = target;
        try
        {
            _there = await target.DialAsync(_cut.Token);
            var first = new FirstBytes(pipeline.Settings.Time, _cut.Token);
            if (_there is { Socket: var socket }
                && await first.ComeFirstAsync(peek, token => socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, token))
                && await first.ReadAsync(peek) == SpokenProtocol.Tls)
            {
                through = target.With(target.Facts with
                {
                    Protocol = "TLS",
                    Name = first.Hello?.ServerName,
                    Alpn = first.Hello?.KnownProtocols,
                    OnlyCountedFor = "passthrough",
                });
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException || Http1Connection.IsGone(gone))
        {
            // the relay finds the same, and says it
        }
        var inner = new TcpConnection(agent, peek.OpenStream(), through.With(() => _there), pipeline);
        _inner = inner;
        Interlocked.MemoryBarrier(); // either we see that it was asked to end, or whoever asks sees the other
        if (_cut.IsCancellationRequested)
            inner.Cut();
        await inner.RunAsync();
    }

    public void Stop()
    {
        // bytes have no end that could be waited for
    }

    public void Cut()
    {
        _ = _cut.CancelAsync();
        Interlocked.MemoryBarrier();
        _inner?.Cut();
    }

    public bool Sweep() => _inner?.Sweep() ?? false;

    public void Dispose()
    {
        _inner?.Dispose();
        _agentStream.Dispose();
        _there?.Stream.Dispose();
    }
}
