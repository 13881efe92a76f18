using K8sRecorder.Masking.Detectors;
using K8sRecorder.Masking.Fields;
using K8sRecorder.Masking.Lanes;
using K8sRecorder.Masking.Output;

namespace K8sRecorder.Masking.Events;

/// <summary>
/// Puts together what successive events spell piece by piece, and looks through it. Reads the documents of a stream of events: lines
/// (<c>data: {…}</c>, or a bare JSON document a line), or the payloads of messages. What may become a secret is waited for until 16 KiB
/// of the stream have gone by, then decided on what is there; every step is taken at the same byte however the stream is cut.
/// </summary>
internal sealed class EventLanes(DetectorSet set, RangeQueue queue, DocumentFraming framing) : FieldTracker, IDisposable
{
    private const int MaxWait = 16 * 1024;
    private const int MaxLanes = 128;

    /// <summary>Keeps the texts of inner documents from those around them.</summary>
    private const ulong InnerLane = 0xA0761D6478BD642FUL;

    private readonly Dictionary<ulong, Lane> _lanes = [];
    private readonly Stack<TextLane> _spare = [];
    private readonly EventStrings _strings = new();
    private readonly InnerDocument _inner = new();
    private byte[] _line = new byte[1024];
    private int _length;
    private long _lineStart;
    private bool _isSkipped;
    private long _clock;

    public override long Hold => Math.Min(LanesHold(), LineHold());

    public override void Feed(ReadOnlySpan<byte> source, long at)
    {
        while (!source.IsEmpty)
        {
            var hold = Hold;
            var left = hold == long.MaxValue ? source.Length : hold + MaxWait - at;
            if (left <= 0)
            {
                GiveUpWaiting(hold);
                continue;
            }

            var take = framing.Take(source[..(int)Math.Min(left, source.Length)], out var isDocument, out var ends);
            if (isDocument)
                AddToLine(source[..take], at);
            at += take;
            source = source[take..];
            if (ends)
                EndLine();
        }
    }

    public override void Complete(long at)
    {
        EndLine();
        foreach (var lane in _lanes.Values)
            lane.Text.Scan(WindowEnd.Closed);
    }

    public override void Reset()
    {
        foreach (var lane in _lanes.Values)
            PutAside(lane.Text);
        _lanes.Clear();
        _line.AsSpan().Clear();
        _length = 0;
        _lineStart = 0;
        _isSkipped = false;
        _clock = 0;
        _inner.Clear();
        framing.Reset();
    }

    public void Dispose()
    {
        foreach (var lane in _lanes.Values)
            lane.Text.Dispose();
        _lanes.Clear();
        foreach (var spare in _spare)
            spare.Dispose();
        _spare.Clear();
    }

    private void PutAside(TextLane lane)
    {
        lane.Restart(0);
        _spare.Push(lane);
    }

    /// <summary>A line is waited for to its end: any of its strings may go on from an earlier one.</summary>
    private long LineHold() => _length > 0 && !_isSkipped ? _lineStart : long.MaxValue;

    private long LanesHold()
    {
        var hold = long.MaxValue;
        foreach (var lane in _lanes.Values)
            hold = Math.Min(hold, lane.Text.Hold);
        return hold;
    }

    private void GiveUpWaiting(long hold)
    {
        if (hold == LineHold() && hold < LanesHold())
        {
            // The line itself is too long: its strings are looked through one by one, as the whole stream is.
            _isSkipped = true;
            return;
        }

        foreach (var lane in _lanes.Values)
        {
            if (lane.Text.Hold == hold)
                lane.Text.Scan(WindowEnd.Cut);
        }
    }

    private void AddToLine(ReadOnlySpan<byte> bytes, long at)
    {
        if (_isSkipped)
            return;
        if (_length == 0)
            _lineStart = at;
        if (_length + bytes.Length > _line.Length)
            Array.Resize(ref _line, Math.Max(_line.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_line.AsSpan(_length));
        _length += bytes.Length;
        var start = _line.AsSpan(0, Math.Min(_length, 5));
        _isSkipped = start[0] != '{' && !"data:"u8.StartsWith(start);
    }

    private void EndLine()
    {
        var line = _line.AsSpan(0, _length);
        if (!_isSkipped && _length > 5 && _strings.Read(line, line[0] == '{' ? 0 : 5))
        {
            var (start, end) = _strings.Inner;
            var hasInner = framing.HasInner && end > start && _inner.Decode(line[start..end]) && _inner.Bytes.StartsWith("{"u8);
            TakeStrings(line, _lineStart, default, hasInner ? start : -1);
            if (hasInner && _strings.Read(_inner.Bytes, 0))
                TakeStrings(_inner.Bytes, _lineStart + start, new Base64Run(_lineStart + start, _lineStart + end, _inner.IsExact), -1);
        }

        _length = 0;
        _isSkipped = false;
    }

    private void TakeStrings(ReadOnlySpan<byte> document, long at, in Base64Run run, int except)
    {
        var lanes = run.End > 0 ? InnerLane : 0;
        foreach (var piece in _strings.Strings)
        {
            if (piece.Start == except)
                continue;
            var lane = LaneOf(piece.Lane ^ lanes);
            lane.Used = _clock++;
            lane.Text.Append(document[piece.Start..piece.End], at + piece.Start, run);
        }

        foreach (var piece in _strings.Strings)
        {
            if (!_lanes.TryGetValue(piece.Lane ^ lanes, out var lane))
                continue;
            lane.Text.Scan(WindowEnd.Open);
            lane.Text.Trim();
        }
    }

    private Lane LaneOf(ulong key)
    {
        if (_lanes.TryGetValue(key, out var lane))
            return lane;
        if (_lanes.Count == MaxLanes)
        {
            var (oldest, gone) = _lanes.MinBy(l => l.Value.Used);
            gone.Text.Scan(WindowEnd.Closed);
            PutAside(gone.Text);
            _lanes.Remove(oldest);
        }

        return _lanes[key] = new Lane(_spare.TryPop(out var spare) ? spare : new TextLane(set, queue, 0, isSplit: true, room: 512));
    }

    private sealed class Lane(TextLane text)
    {
        public TextLane Text { get; } = text;

        public long Used { get; set; }
    }
}
