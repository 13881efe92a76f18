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
        var clear = _isFromAgent || _isBroken ? ArrayPool<byte>.Shared.Rent(wire.Length) : null;
        try
        {
            while (wire.Length > 0)
            {
                var taken = _parser.Take(wire.Span, out var piece);
                await TakeAsync(wire.Slice(piece.DataAt, piece.DataLength), piece, clear);
                wire = wire[taken..];
            }
            await _controls.FlushAsync();
        }
        finally
        {
            if (clear is not null)
                ArrayPool<byte>.Shared.Return(clear, clearArray: true);
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

    private async ValueTask TakeAsync(ReadOnlyMemory<byte> data, FramePiece piece, byte[]? clear)
    {
        if (piece.Begins && !_isBroken && _rules.Begin(_parser.Header) is { } broken)
            await BreakAsync(broken);
        if (_isBroken && piece.Begins)
            await _messages.AppendAsync(_parser.HeaderBytes.ToArray(), isLast: false);
        var frame = _parser.Header;
        if (frame.IsMasked && data.Length > 0)
            data = Unmasked(data, frame.Mask, piece.DataOffset, clear);
        if (_isBroken)
        {
            if (data.Length > 0)
                await _messages.AppendAsync(data, isLast: false);
            return;
        }
        if (!piece.Begins && data.Length == 0)
            return; // a header that is not all there
        if (frame.IsControl)
        {
            await _controls.TakeAsync(frame.Opcode, data, piece.Begins, piece.Ends);
            return;
        }
        if (piece.Begins && frame.Opcode != FrameHeader.Continuation)
            Announce(frame);
        var isLast = piece.Ends && frame.IsFinal;
        if (data.Length == 0 && !isLast)
            return;
        await _controls.FlushAsync();
        if (_announced is { } message)
            await OpenAsync(message);
        await _messages.AppendAsync(data, isLast);
        if (isLast)
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

    private async ValueTask BreakAsync(string broken)
    {
        await EndAsync(_isFromAgent ? CutReason.ClientAborted : CutReason.TargetFailed);
        _isBroken = true;
        await OpenAsync(new WebSocketMessage("bytes") { Broken = broken });
    }

    private static ReadOnlyMemory<byte> Unmasked(ReadOnlyMemory<byte> data, uint mask, long offset, byte[]? clear)
    {
        var into = clear is null ? new byte[data.Length] : clear.AsMemory(0, data.Length); // null: the read in which a target began to mask
        FrameMask.Undo(data.Span, into.Span, mask, offset);
        return into;
    }
}
