using System.Buffers;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>
/// Follows one direction of a WebSocket and has its messages recorded, before their bytes go on as they came. Where the sender breaks the
/// protocol's rules, the rest of its direction is recorded as bytes: frames' headers as they came, payloads without their masks. One call at a time.
/// </summary>
internal sealed class WebSocketDirection : IDisposable
{
    private readonly bool _isFromAgent;
    private readonly FrameParser _parser = new();
    private readonly FrameRules _rules;
    private readonly MessageInflater? _inflater;
    private readonly WebSocketMessageRecorder _messages;
    private readonly ControlFrames _controls;
    private WebSocketMessage? _announced; // begun, and none of its payload is here
    private bool _isDeflated;
    private bool _isBroken;
    private byte[] _clear = []; // payloads of this read, without masks
    private int _from;
    private int _to;

    public WebSocketDirection(MovingChannel channel, string from, RecorderSettings settings, DeflateTerms? deflate)
    {
        _isFromAgent = from == "agent";
        _rules = new FrameRules(_isFromAgent, deflate is not null);
        if (deflate is not null)
            _inflater = new MessageInflater(_isFromAgent ? deflate.AgentForgets : deflate.TargetForgets);
        _messages = new WebSocketMessageRecorder(channel, from, settings, _inflater);
        _controls = new ControlFrames(new WebSocketMessageRecorder(channel, from, settings, null));
    }

    /// <summary>Bytes so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether a close frame was among them.</summary>
    public bool HasClosed => _controls.HasClosed;

    /// <summary>Records what came; it may go on when this returns.</summary>
    public async ValueTask BytesAsync(ReadOnlyMemory<byte> wire)
    {
        Bytes += wire.Length;
        await _messages.MoveAsync();
        await _controls.MoveAsync();
        _clear = ArrayPool<byte>.Shared.Rent(wire.Length + FrameParser.MostHeaderBytes);
        (_from, _to) = (0, 0);
        try
        {
            while (wire.Length > 0)
            {
                var taken = _parser.Take(wire.Span, out var piece);
                await TakeAsync(wire.Slice(piece.DataAt, piece.DataLength), piece);
                wire = wire[taken..];
            }
            if (_to > _from)
                await AppendAsync(isLast: false);
            await _controls.FlushAsync();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_clear, clearArray: true);
            _clear = [];
        }
    }

    /// <summary>No more comes. What is open is completed, <paramref name="cut"/> says why it broke off. A second call does nothing.</summary>
    public async ValueTask EndAsync(string cut)
    {
        if (_announced is { } message)
            await OpenAsync(message);
        await _messages.EndAsync(_isBroken ? null : cut);
        await _controls.EndAsync(cut);
    }

    public void Dispose()
    {
        _messages.Dispose();
        _controls.Dispose();
        _inflater?.Dispose();
    }

    private ValueTask TakeAsync(ReadOnlyMemory<byte> data, FramePiece piece)
    {
        if (piece.Begins && !_isBroken && _rules.Begin(_parser.Header) is { } broken)
            return BreakAsync(broken, data, piece);
        if (_isBroken)
        {
            GatherBroken(data, piece);
            return ValueTask.CompletedTask;
        }
        if (!piece.Begins && data.Length == 0)
            return ValueTask.CompletedTask; // a header that is not all there
        var frame = _parser.Header;
        if (frame.IsControl)
        {
            var clear = _clear.AsMemory(_to, data.Length); // it is copied or recorded at once
            FrameMask.Undo(data.Span, clear.Span, frame.Mask, piece.DataOffset);
            return _controls.TakeAsync(frame.Opcode, clear, piece.Begins, piece.Ends);
        }
        if (piece.Begins && frame.Opcode != FrameHeader.Continuation)
            Announce(frame);
        Gather(data, piece);
        return piece.Ends && frame.IsFinal ? EndMessageAsync() : ValueTask.CompletedTask;
    }

    /// <summary>Puts a payload, without mask, behind what came of the message in this read: frames of one byte are not recorded one by one.</summary>
    private void Gather(ReadOnlyMemory<byte> data, in FramePiece piece)
    {
        FrameMask.Undo(data.Span, _clear.AsSpan(_to), _parser.Header.Mask, piece.DataOffset);
        _to += data.Length;
    }

    private void GatherBroken(ReadOnlyMemory<byte> data, in FramePiece piece)
    {
        if (piece.Begins)
        {
            _parser.HeaderBytes.CopyTo(_clear.AsSpan(_to));
            _to += _parser.HeaderBytes.Length;
        }
        Gather(data, piece);
    }

    /// <summary>Has recorded what was gathered.</summary>
    private async ValueTask AppendAsync(bool isLast)
    {
        await _controls.FlushAsync();
        if (_announced is { } message)
            await OpenAsync(message);
        var gathered = _clear.AsMemory(_from, _to - _from);
        _from = _to;
        await _messages.AppendAsync(gathered, isLast);
    }

    private async ValueTask EndMessageAsync()
    {
        await AppendAsync(isLast: true);
        await _messages.CompleteAsync(null, null);
    }

    private void Announce(in FrameHeader frame)
    {
        _isDeflated = frame.Reserved != 0;
        if (_isDeflated)
            _inflater?.Begin();
        _announced = new WebSocketMessage(frame.Opcode == FrameHeader.Text ? "text" : "binary")
        {
            IsDeflated = _isDeflated,
            Length = frame.IsFinal ? frame.Length : -1,
        };
    }

    private ValueTask OpenAsync(in WebSocketMessage message)
    {
        _announced = null;
        return _messages.OpenAsync(message);
    }

    private async ValueTask BreakAsync(string broken, ReadOnlyMemory<byte> data, FramePiece piece)
    {
        if (_to > _from)
            await AppendAsync(isLast: false);
        await EndAsync(_isFromAgent ? CutReason.ClientAborted : CutReason.TargetFailed);
        _isBroken = true;
        await OpenAsync(new WebSocketMessage("bytes") { Broken = broken });
        GatherBroken(data, piece);
    }
}
