using System.Buffers;
using K8sRecorder.Masking;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Sidecar.Seal;

namespace K8sRecorder.Sidecar.Record;

/// <summary>
/// Masks the JSON messages of one direction as the events of one stream, so that a secret is found which successive messages spell piece by piece
/// (a model's deltas). A message that ends before all its text is decided waits here with its record open, what is undecided as <c>pending</c>;
/// 16 KiB of later text decide any. Messages are told apart in the masked text by line feeds: one is put behind each. One call at a time.
/// </summary>
internal sealed class SpelledMessages(MaskingEngine masking) : IDisposable
{
    private const int MostWaiting = 256;

    private readonly List<Spelled> _messages = []; // those with something undecided, oldest first
    private readonly List<Spelled> _decided = []; // those whose record can be completed
    private readonly List<MaskedSpan> _found = [];
    private ArrayBufferWriter<byte> _text = new();
    private StreamMasker? _masker;
    private Spelled? _current;
    private long _taken;
    private long _given;
    private long _start; // where in the masked text the oldest message's begins
    private bool _hasNews;

    /// <summary>Bytes of the open message that are undecided.</summary>
    public int Pending => _current is null ? 0 : PendingOf(_current);

    /// <summary>Whether a message waits in a session that is followed by another.</summary>
    public bool IsRetired => _messages.Count > 0 && _messages[0].Epoch is { IsRetired: true };

    private long Decided => _taken - (_masker?.Pending ?? 0);

    /// <summary>The next bytes of the open message, which they may begin; what is decided of it comes back.</summary>
    public void Write(ReadOnlySpan<byte> clear, IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        if (_current is null)
            _messages.Add(_current = new Spelled { From = _taken });
        _current.Feeds += clear.Count((byte)'\n');
        Take(clear);
        Share(masked, spans);
    }

    /// <summary>The open message ends. False if some of its text is undecided: then <see cref="Wait"/> is to follow.</summary>
    public bool End(IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        if (_current is not { } ended)
            return true;
        ended.Feeds++;
        ended.IsEnded = true;
        ended.To = _taken;
        Take("\n"u8);
        Share(masked, spans);
        if (ended.IsDecided)
            _current = null;
        return ended.IsDecided;
    }

    /// <summary>Keeps the record of the message that ended open until its text is decided.</summary>
    public void Wait(RecordStream stream, Action<RecordDraft> setEndFields)
    {
        if (_current is not { } ended)
            return;
        (ended.Stream, ended.SetEndFields) = (stream, setEndFields);
        _current = null;
        if (_messages.Count > MostWaiting)
            Finish(_text, _found);
    }

    /// <summary>Gives the session's hold to the message that waits since the last <see cref="Wait"/>; false if there is none.</summary>
    public bool TryGive(SessionEpoch epoch)
    {
        var last = _messages.Count > 0 ? _messages[^1] : _decided.Count > 0 ? _decided[^1] : null;
        if (last is not { Stream: not null, Epoch: null })
            return false;
        last.Epoch = epoch;
        return true;
    }

    /// <summary>Decides everything on what is there.</summary>
    public void Finish(IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        if (_masker is null)
            return;
        _masker.Complete(_text, _found);
        Share(masked, spans);
        _masker.Dispose();
        _masker = null;
        while (_messages.Count > 0)
            Decide(_messages[0], 0);
        _current = null;
        (_taken, _given, _start) = (0, 0, 0);
    }

    /// <summary>Decides everything where no message is open.</summary>
    public void Finish() => Finish(_text, _found);

    /// <summary>Records what was decided of the messages that wait.</summary>
    public ValueTask FlushAsync() => _hasNews ? FlushNewsAsync() : ValueTask.CompletedTask;

    public void Dispose()
    {
        _masker?.Dispose();
        _masker = null;
        foreach (var message in _messages.Concat(_decided))
            message.Epoch?.Leave();
        _messages.Clear();
        _decided.Clear();
    }

    private int PendingOf(Spelled message) => (int)Math.Max(0, (message.IsEnded ? message.To : _taken) - Math.Max(Decided, message.From));

    private void Take(ReadOnlySpan<byte> clear)
    {
        _masker ??= masking.Open(MaskingShape.EventStream);
        _taken += clear.Length;
        _masker.Write(clear, _text, _found);
    }

    /// <summary>Gives each message what is its own of the masked text.</summary>
    private void Share(IBufferWriter<byte> masked, List<MaskedSpan> spans)
    {
        var (at, found) = (0, 0);
        var text = _text.WrittenSpan;
        while (_messages.Count > 0 && at < text.Length)
        {
            var message = _messages[0];
            var isCurrent = message == _current;
            var length = message.LengthIn(text[at..], out var ends);
            (isCurrent ? masked : message.Masked).Write(text.Slice(at, length));
            for (; found < _found.Count && _found[found].At < _given + at + length; found++)
            {
                var span = _found[found] with { At = _found[found].At - _start };
                if (isCurrent)
                    spans.Add(span);
                else
                    message.Spans.Add(new ContentSpan(span.At, span.Length, span.Detector, span.Tag));
            }
            _hasNews |= !isCurrent;
            at += length;
            if (!ends)
                break;
            at++; // the line feed that was put behind it
            Decide(message, _given + at);
        }
        _given += text.Length;
        _text.ResetWrittenCount();
        if (_text.Capacity > 64 << 10)
            _text = new ArrayBufferWriter<byte>();
        _found.Clear();
        // nothing is undecided: whatever a marker may have swallowed, no message waits on
        while (_messages.Count > 0 && _messages[0].IsEnded && _masker?.Pending == 0)
            Decide(_messages[0], _given);
    }

    private void Decide(Spelled message, long end)
    {
        _start = end;
        message.IsDecided = true;
        _messages.Remove(message);
        if (message.Stream is null)
            return;
        _decided.Add(message);
        _hasNews = true;
    }

    private async ValueTask FlushNewsAsync()
    {
        _hasNews = false;
        while (_decided.Count > 0)
        {
            var message = _decided[0];
            _decided.RemoveAt(0);
            try
            {
                await FlushAsync(message);
                await message.Stream!.CompleteAsync(message.SetEndFields, CancellationToken.None);
            }
            finally
            {
                message.Epoch?.Leave();
            }
        }
        foreach (var message in _messages)
            await FlushAsync(message);
    }

    private async ValueTask FlushAsync(Spelled message)
    {
        if (message.Masked.WrittenCount == 0 || message.Stream is not { } stream)
            return;
        await stream.AppendAsync(message.Masked.WrittenMemory, message.Spans.Count == 0 ? null : message.Spans, 0, PendingOf(message), CancellationToken.None);
        message.Masked.ResetWrittenCount();
        message.Spans.Clear();
    }

    private sealed class Spelled
    {
        public ArrayBufferWriter<byte> Masked { get; } = new();

        public List<ContentSpan> Spans { get; } = [];

        public RecordStream? Stream { get; set; }

        public Action<RecordDraft>? SetEndFields { get; set; }

        public SessionEpoch? Epoch { get; set; }

        public long From { get; init; }

        public long To { get; set; }

        /// <summary>Line feeds of it that were not given out yet, the one behind it included.</summary>
        public int Feeds { get; set; }

        public bool IsEnded { get; set; }

        public bool IsDecided { get; set; }

        /// <summary>How much of a text is its own; <paramref name="ends"/>: the line feed behind it follows.</summary>
        public int LengthIn(ReadOnlySpan<byte> text, out bool ends)
        {
            var at = 0;
            while (text[at..].IndexOf((byte)'\n') is >= 0 and var feed)
            {
                Feeds--;
                at += feed;
                if (Feeds == 0 && IsEnded)
                {
                    ends = true;
                    return at;
                }
                at++;
            }
            ends = false;
            return text.Length;
        }
    }
}
