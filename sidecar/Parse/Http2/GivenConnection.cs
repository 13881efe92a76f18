using System.IO.Pipelines;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http;
using Microsoft.AspNetCore.Connections;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// A connection on its way to Kestrel: the bytes that were read to know what it speaks, then all others. Knows the exchanges that it brings, for
/// Kestrel does not always wait for them, and does not always come to its end: where so many streams were reset that one finds no place in its
/// queue of what to send, it waits for that stream's end, and nobody will bring it.
/// </summary>
internal sealed class GivenConnection : DefaultConnectionContext
{
    /// <summary>How long Kestrel has to end a connection that was broken off and has no exchange any more; it needs next to no time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Not that of the class above: it fires it from a pool thread, maybe after it was disposed, and that ends the process. It is never disposed.
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Wire _agent;
    private volatile bool _agentLeft;
    private int _exchanges;
    private bool _isBroken;
    private bool _isOver;

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

    /// <summary>An exchange begins; false where the connection is over, and nothing is to be done for it.</summary>
    public bool TryBegin()
    {
        lock (_lock)
        {
            if (_isOver)
                return false;
            _exchanges++;
            return true;
        }
    }

    /// <summary>An exchange has ended.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            _exchanges--;
            Look();
        }
    }

    /// <summary>
    /// Waits until it has ended, and all of its exchanges have. One that was broken off ends with them, whatever Kestrel still waits for.
    /// </summary>
    /// <param name="time">The clock of the wait for Kestrel.</param>
    /// <param name="stopped">Fires when Kestrel has stopped, and waits for nothing any more.</param>
    /// <returns>Whether Kestrel brought it to its end.</returns>
    public async ValueTask<bool> EndAsync(TimeProvider time, CancellationToken stopped)
    {
        Task broken = Task.WhenAny(_served.Task, _idle.Task);
        await broken.WaitAsync(stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _served.Task.WaitAsync(Patience, time, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var isServed = _served.Task.IsCompleted;
        lock (_lock)
        {
            _isOver = true;
            Look();
        }
        await _empty.Task;
        return isServed;
    }

    /// <summary>Nothing more comes from the agent.</summary>
    /// <param name="isBroken">Whether nothing more reaches it either.</param>
    public void NoteEnd(bool isBroken)
    {
        if (!_agent.IsCut)
            _agentLeft = true;
        if (isBroken || _agent.IsCut)
            NoteBroken();
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _agent.Cut();
        _ = _closed.CancelAsync();
        NoteBroken();
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            _agent.Dispose();
        }
        finally
        {
            _served.TrySetResult();
        }
        await base.DisposeAsync();
    }

    private void NoteBroken()
    {
        lock (_lock)
        {
            _isBroken = true;
            Look();
        }
    }

    private void Look()
    {
        if (_exchanges > 0)
            return;
        if (_isBroken)
            _idle.TrySetResult();
        if (_isOver)
            _empty.TrySetResult();
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
