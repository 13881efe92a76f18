using K8sRecorder.Masking;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Sidecar.Parse.WebSocket;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Record;

/// <summary>
/// Records the messages of one direction of a WebSocket, one after the other: <c>ws.message</c>, whose fragments are one body, with the arrival
/// times of the pieces of one that did not come at once. A method returns when what it was given may be forwarded. One call at a time.
/// </summary>
internal sealed class WebSocketMessageRecorder(MovingChannel channel, string from, RecorderSettings settings, MessageInflater? inflater)
    : IClearTextWatch, IDisposable
{
    // what is compressed to so little is rarely worth a look for a cut
    private const int SmallDeflated = 128;

    private readonly BodyRecorder _body = new(settings.Masking, settings.BodyLimit);
    private readonly SpelledMessages? _spelled = settings.Masking.HasJsonPaths ? null : new SpelledMessages(settings.Masking);
    private SessionEpoch? _epoch;
    private WebSocketMessage _message;
    private long _number;
    private Utf8Check _utf8;
    private bool _isCutShort;

    /// <summary>Whether a message is begun and not completed.</summary>
    public bool IsOpen => _epoch is not null;

    public ValueTask OpenAsync(in WebSocketMessage message)
    {
        _utf8 = default;
        _message = message;
        _number = channel.NextMessage();
        return OpenAsync();
    }

    /// <summary>If the session was followed by another, what is open goes on there.</summary>
    public ValueTask MoveAsync() => _epoch is { IsRetired: true } || _spelled is { IsRetired: true } ? MoveNowAsync() : ValueTask.CompletedTask;

    /// <summary>No more comes: what is open is completed.</summary>
    public async ValueTask EndAsync(string? cut)
    {
        await CompleteAsync(cut, null);
        if (_spelled is null)
            return;
        _spelled.Finish();
        await _spelled.FlushAsync();
    }

    /// <summary>Bytes of the payload as they were on the wire, without mask.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> payload, bool isLast)
    {
        if (isLast && _message.IsDeflated)
            inflater?.ExpectLast();
        await _body.AppendAsync(payload, isLast);
        if (_spelled is not null)
            await _spelled.FlushAsync();
        if (!_body.IsCutShort)
            return;
        if (_message.IsDeflated && inflater is not null)
            await inflater.SkipAsync(_isCutShort ? payload : ReadOnlyMemory<byte>.Empty);
        _isCutShort = true;
    }

    /// <summary>The message is over: all its text is recorded when this returns.</summary>
    /// <param name="cut">Why it broke off, where it did.</param>
    /// <param name="error">What is wrong with it.</param>
    public async ValueTask CompleteAsync(string? cut, string? error)
    {
        if (_epoch is not { } epoch)
            return;
        _epoch = null;
        SessionEpoch? holds = epoch;
        if (_message.IsText && !_isCutShort && (cut is null ? !_utf8.IsWhole : _utf8.IsBroken))
            error = "not UTF-8";
        try
        {
            await _body.CompleteAsync(cut, error, null);
            if (_spelled is not null && _spelled.TryGive(epoch))
                holds = null;
        }
        finally
        {
            if (_message.IsDeflated && cut != CutReason.Continued)
                inflater?.EndMessage();
            holds?.Leave();
        }
        if (_spelled is not null)
            await _spelled.FlushAsync();
    }

    public MaskingShape ShapeOf(ReadOnlySpan<byte> first)
    {
        var text = first.TrimStart(" \t\r\n"u8);
        return text.Length > 0 && text[0] is (byte)'{' or (byte)'[' ? MaskingShape.Json : MaskingShape.Text;
    }

    public SpelledMessages? SpelledBy(ReadOnlySpan<byte> first) => _message.Type == "text" && first[0] == '{' && !_message.Continues ? _spelled : null;

    public void Look(ReadOnlySpan<byte> clear)
    {
        if (_message.IsText)
            _utf8.Push(clear);
    }

    public void Dispose()
    {
        _body.Dispose();
        _spelled?.Dispose();
        _epoch?.Leave();
        _epoch = null;
    }

    private async ValueTask MoveNowAsync()
    {
        var isOpen = IsOpen;
        await EndAsync(CutReason.Continued);
        if (!isOpen)
            return;
        _message = _message with { Continues = true };
        await OpenAsync();
    }

    private async ValueTask OpenAsync()
    {
        var (epoch, number) = await channel.EnterAsync();
        _epoch = epoch;
        var draft = epoch.Session.NewDraft("ws.message", number);
        draft.Set("from", from);
        draft.Set("message", _number);
        draft.Set("type", _message.Type);
        if (_message.Code is { } code)
            draft.Set("code", code);
        if (_message.IsDeflated)
            draft.Set("deflated", true);
        if (_message.Count > 1)
            draft.Set("count", _message.Count);
        if (_message.Continues)
            draft.Set("continues", true);
        if (_message.Broken is not null)
            draft.Set("broken", _message.Broken);
        var decoder = _message.IsDeflated && inflater is { CanBegin: true } ? inflater : null;
        var coding = !_message.IsDeflated ? null : decoder is null ? "" : "deflate";
        _body.Open(epoch.Session, draft, new BodyOpening(
            "ws.message", "ws.message.data", number, MaskingShape.Text, coding, Cutter(), Events: true, from, _number, decoder, this));
        _isCutShort = _body.IsCutShort;
    }

    private IBodyCutter? Cutter() =>
        _message.Length is >= 0 and < SmallDeflated ? null : BodyCutters.For(MaskingShape.Json, _message.IsDeflated ? -1 : _message.Length);
}
