using System.Buffers;
using System.Diagnostics;
using K8sRecorder.Masking;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Mask;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Record;

/// <summary>
/// Records one body: decodes it where it is coded, masks it, and hands it to the session, piece by piece as it passes. A body that
/// comes in one piece becomes one record at once; any other a <see cref="RecordStream"/>. Beyond the limit, or where it cannot be
/// decoded, only a keyed digest is kept. Used again for the next body; one call at a time.
/// </summary>
internal sealed partial class BodyRecorder : IDisposable
{
    // a piece of decoded text is handed on at this size, so that a small coded piece cannot become a large buffer
    private const int HandOnBytes = 64 << 10;

    // what one call decodes at most before it lets others go first
    private const int TurnBytes = 64 << 10;

    // what an idle connection may keep
    private const int KeptBytes = 16 << 10;
    private const int KeptSpans = 128;

    private static readonly TimeSpan LongTurn = TimeSpan.FromMilliseconds(1);

    private readonly MaskingEngine _masking;
    private readonly long _limit;
    private MaskedHead? _trailers;
    private ArrayBufferWriter<byte> _masked = new();
    private readonly List<MaskedSpan> _found = [];
    private readonly List<ContentSpan> _spans = [];
    private readonly Action<RecordDraft> _setEndFields;

    private RecordingSession? _session;
    private RecordDraft? _draft;
    private RecordStream? _stream;
    private StreamMasker? _masker;
    private SpelledMessages? _spelled;
    private IBodyDecoder? _decoder;
    private SessionDigest? _digest;
    private BodyOpening _opening;
    private long _wire;
    private long _clear;
    private long _digestFrom;
    private string? _cut;
    private string? _error;
    private bool _hasTrailers;
    private bool _isSlow;

    public BodyRecorder(MaskingEngine masking, long limit)
    {
        _masking = masking;
        _limit = limit;
        _setEndFields = SetEndFields;
    }

    /// <summary>Whether a body is open: begun and not completed.</summary>
    public bool IsOpen => _session is not null;

    /// <summary>Whether only a digest is kept from here on.</summary>
    public bool IsCutShort => _digest is not null;

    /// <summary>Masked bytes so far.</summary>
    public long MaskedBytes { get; private set; }

    /// <summary>The next message may have no body: then nothing of the one before counts for it.</summary>
    public void Forget() => MaskedBytes = 0;

    /// <summary>Takes over a record whose fields before the body are set.</summary>
    public void Open(RecordingSession session, RecordDraft draft, in BodyOpening opening)
    {
        _session = session;
        _draft = draft;
        _opening = opening;
        _wire = _clear = MaskedBytes = 0;
        _cut = _error = null;
        _hasTrailers = _isSlow = false;
        if (opening.Decoder is not null)
            _decoder = opening.Decoder;
        else if (opening.Coding is { Length: > 0 } coding)
            _decoder = coding.StartsWith(EnvelopeDecoder.Mark, StringComparison.Ordinal) ? new EnvelopeDecoder(coding[EnvelopeDecoder.Mark.Length..]) : ContentDecoder.Open(coding);
        else if (opening.Coding is not null)
            KeepDigestOnly(CutReason.Undecodable);
    }

    /// <summary>Accounts for the record's own fields, though nothing of the body is there yet.</summary>
    public ValueTask AccountHeadAsync() =>
        _stream is null && _draft is not null
            ? Stream().AppendAsync(ReadOnlyMemory<byte>.Empty, null, 0, 0, CancellationToken.None)
            : ValueTask.CompletedTask;

    /// <summary>
    /// Takes the next bytes as they were on the wire; whatever goes wrong is in the task. The last ones are recorded by
    /// <see cref="CompleteAsync"/>, which is to follow: a body that is here at once is one record then.
    /// </summary>
    public ValueTask AppendAsync(ReadOnlyMemory<byte> wire, bool isLast)
    {
        try
        {
            return Append(wire, isLast);
        }
        catch (Exception failure)
        {
            return ValueTask.FromException(failure);
        }
    }

    /// <summary>Ends the body; all its text is recorded when this returns.</summary>
    public async ValueTask CompleteAsync(string? cut, string? error, HttpHead? trailers)
    {
        if (_session is not { } session)
            return;
        if (_digest is null)
        {
            if (_decoder is not null)
                await EndCodedAsync();
            var spelled = _spelled;
            var waits = cut is null && spelled is not null && !spelled.End(_masked, _found);
            if (!waits && (cut is not null || spelled is null))
                CompleteMasker();
            if (spelled is not null)
                await spelled.FlushAsync(); // those before come first
            if (waits)
            {
                await WaitAsync(spelled!, error);
                return;
            }
        }
        _cut = cut ?? _cut; // a message that broke off is that, wherever its recording had ended; Truncated tells of the rest
        _error = error;
        if (trailers is not null)
        {
            _trailers ??= new MaskedHead(_masking);
            _trailers.Take(trailers);
            _hasTrailers = true;
        }
        try
        {
            if (_stream is not null)
            {
                if (_masked.WrittenCount > 0)
                    await HandOnAsync(0);
                await _stream.CompleteAsync(_setEndFields, CancellationToken.None);
            }
            else if (_draft is { } draft)
            {
                if (_wire > 0)
                    draft.SetBody(_masked.WrittenSpan, Spans(), _wire, _decoder is null ? null : _opening.Coding, _opening.Cutter);
                SetEndFields(draft);
                _draft = null;
                await session.AppendAsync(draft, CancellationToken.None);
            }
            if (_digest is not null)
                await session.AppendAsync(Truncated(session, _digest), CancellationToken.None);
        }
        finally
        {
            Reset();
        }
    }

    public void Dispose() => Reset();

    private ValueTask Append(ReadOnlyMemory<byte> wire, bool isLast)
    {
        _wire += wire.Length;
        if (_digest is not null)
        {
            _digest.Append(wire.Span);
            return Stream().AppendAsync(ReadOnlyMemory<byte>.Empty, null, wire.Length, 0, CancellationToken.None);
        }
        if (_decoder is not null && _wire == wire.Length && wire.Length > 0 && !_decoder.CouldBegin(wire.Span[0]))
        {
            // said to be coded and is not: then it is what it looks like
            CloseDecoder();
        }
        if (_decoder is not null)
            return AppendCodedAsync(wire, isLast);
        return _isSlow ? AppendAsideAsync(wire, isLast) : AppendPlain(wire, isLast);
    }

    /// <summary>
    /// The caller may be the thread that all sockets are read on. A body that took it long once, by its text or on purpose, is looked through
    /// elsewhere from then on.
    /// </summary>
    private async ValueTask AppendAsideAsync(ReadOnlyMemory<byte> wire, bool isLast)
    {
        await Task.Yield();
        await AppendPlain(wire, isLast);
    }

    private ValueTask AppendPlain(ReadOnlyMemory<byte> wire, bool isLast)
    {
        var take = (int)Math.Min(wire.Length, _limit - _clear);
        Mask(wire.Span[..take]);
        if (take < wire.Length)
        {
            CompleteMasker();
            KeepDigestOnly(CutReason.Limit);
            _digestFrom = _wire - wire.Length + take;
            _digest!.Append(wire.Span[take..]);
        }
        else if (_stream is null && isLast)
            return ValueTask.CompletedTask; // all there: CompleteAsync makes it one record
        return HandOnAsync(wire.Length);
    }

    /// <summary>The message is over, and what of its text is undecided is for the messages behind it to decide.</summary>
    private async ValueTask WaitAsync(SpelledMessages spelled, string? error)
    {
        try
        {
            if (_masked.WrittenCount > 0 || _stream is null)
                await HandOnAsync(_stream is null ? (int)_wire : 0);
            spelled.Wait(Stream(), draft =>
            {
                if (error is not null)
                    draft.Set("error", error);
            });
        }
        finally
        {
            Reset();
        }
    }

    private void Mask(ReadOnlySpan<byte> clear)
    {
        if (clear.Length == 0)
            return;
        _clear += clear.Length;
        _opening.Watch?.Look(clear);
        if (_masker is null && (_spelled ??= _opening.Watch?.SpelledBy(clear)) is null)
            _masker = _masking.Open(_opening.Watch?.ShapeOf(clear) ?? _opening.Shape);
        var started = Stopwatch.GetTimestamp();
        if (_spelled is not null)
            _spelled.Write(clear, _masked, _found);
        else
            _masker!.Write(clear, _masked, _found);
        _isSlow |= Stopwatch.GetElapsedTime(started) > LongTurn;
    }

    private void CompleteMasker()
    {
        _spelled?.Finish(_masked, _found);
        _spelled = null;
        if (_masker is null)
            return;
        _masker.Complete(_masked, _found);
        _masker.Dispose();
        _masker = null;
    }

    private void KeepDigestOnly(string cut)
    {
        _cut = cut;
        _digestFrom = _wire;
        _digest = _session!.NewKeyedDigest();
    }

    private RecordStream Stream()
    {
        if (_stream is null)
        {
            _stream = _session!.Begin(_draft!, _opening.Continuation, _opening.Cutter, _opening.Events, _opening.From, _opening.Message);
            _draft = null;
            if (_decoder is not null)
                _stream.Coding = _opening.Coding;
        }
        return _stream;
    }

    private ValueTask HandOnAsync(int wireBytes)
    {
        var appended = Stream().AppendAsync(_masked.WrittenMemory, Spans(), wireBytes, _masker?.Pending ?? _spelled?.Pending ?? 0, CancellationToken.None);
        MaskedBytes += _masked.WrittenCount;
        if (!appended.IsCompletedSuccessfully)
            return ResetAfterAsync(appended);
        appended.GetAwaiter().GetResult();
        ResetPiece();
        return ValueTask.CompletedTask;
    }

    private async ValueTask ResetAfterAsync(ValueTask appended)
    {
        try
        {
            await appended;
        }
        finally
        {
            ResetPiece();
        }
    }

    private void ResetPiece()
    {
        _masked.ResetWrittenCount();
        _spans.Clear();
    }

    private List<ContentSpan>? Spans()
    {
        foreach (var span in _found)
            _spans.Add(new ContentSpan(span.At, span.Length, span.Detector, span.Tag));
        _found.Clear();
        return _spans.Count == 0 ? null : _spans;
    }

    private void SetEndFields(RecordDraft draft)
    {
        if (_hasTrailers && _trailers is not null)
            draft.SetContent("trailers", _trailers.Text, _trailers.Spans);
        if (_error is not null)
            draft.Set("error", _error);
        if (_cut is not null)
            draft.Set("cut", _cut);
    }

    private RecordDraft Truncated(RecordingSession session, SessionDigest digest)
    {
        var draft = session.NewDraft("truncated", _opening.Channel);
        draft.Set("of", _opening.Kind);
        if (_opening.Message > 0)
            draft.Set("message", _opening.Message);
        draft.Set("from", _digestFrom);
        draft.Set("bytes", _wire - _digestFrom);
        draft.Set("keyedDigest", digest.Finish());
        return draft;
    }

    private void Reset()
    {
        MaskedBytes += _masked.WrittenCount;
        ResetPiece();
        if (_masked.Capacity > KeptBytes)
            _masked = new ArrayBufferWriter<byte>();
        _found.Clear();
        if (_spans.Capacity > KeptSpans)
            _found.Capacity = _spans.Capacity = 0;
        _trailers?.Trim();
        _masker?.Dispose();
        _masker = null;
        _spelled = null;
        CloseDecoder();
        _digest?.Dispose();
        _digest = null;
        _session = null;
        _draft = null;
        _stream = null;
    }
}
