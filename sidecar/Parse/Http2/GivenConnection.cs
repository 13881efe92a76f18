using System.IO.Pipelines;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http;
using Microsoft.AspNetCore.Connections;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>A connection on its way to Kestrel: the bytes that were read to know what it speaks, then all others.</summary>
internal sealed class GivenConnection : DefaultConnectionContext
{
    // Not that of the class above: it fires it from a pool thread, maybe after it was disposed, and that ends the process. It is never disposed.
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Wire _agent;
    private volatile bool _agentLeft;

    public GivenConnection(Wire agent, ReadOnlyMemory<byte> first, HttpTarget target)
        : base(Guid.NewGuid().ToString("N"))
    {
        _agent = agent;
        ConnectionClosed = _closed.Token;
        LocalEndPoint = agent.LocalEndPoint;
        RemoteEndPoint = agent.RemoteEndPoint;
        Features.Set(target);
        Features.Set(this);
        var stream = new WatchedStream(new ReplayedStream(first.ToArray(), agent.OpenStream()), this);
        // Kestrel is done reading before it says goodbye (GOAWAY): neither end of the pipe may close the stream
        Transport = new Duplex(
            PipeReader.Create(stream, new StreamPipeReaderOptions(useZeroByteReads: true, leaveOpen: true)),
            PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));
    }

    /// <summary>What the agent said of ends.</summary>
    public EndFrames Heard { get; } = new(EndFrames.AgentPreface);

    /// <summary>What it was told.</summary>
    public EndFrames Said { get; } = new(0);

    /// <summary>Whether it was ended from here, and the agent had not left before.</summary>
    public bool WasCut => _agent.IsCut && !_agentLeft;

    /// <summary>Completes when Kestrel is done with it.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Nothing more comes from the agent.</summary>
    public void NoteEnd()
    {
        if (!_agent.IsCut)
            _agentLeft = true;
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _agent.Cut();
        _ = _closed.CancelAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        _agent.Dispose();
        _ended.TrySetResult();
        await base.DisposeAsync();
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
