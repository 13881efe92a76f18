using K8sRecorder.Masking.Detectors;
using K8sRecorder.Masking.Fields;
using K8sRecorder.Masking.Lanes;
using K8sRecorder.Masking.Output;

namespace K8sRecorder.Masking.Events;

/// <summary>
/// Puts together what successive events spell piece by piece, and looks through it. Reads the lines of a stream of events
/// (<c>data: {…}</c>, or a bare JSON document a line). What may become a secret is waited for until 16 KiB of the stream
/// have gone by, then decided on what is there; every step is taken at the same byte however the stream is cut.
/// </summary>
internal sealed class EventLanes(DetectorSet set, RangeQueue queue) : FieldTracker, IDisposable
{
    private const int MaxWait = 16 * 1024;
    private const int MaxLanes = 128;

    private readonly Dictionary<ulong, Lane> _lanes = [];
    private readonly Stack<TextLane> _spare = [];
    private readonly EventStrings _strings = new();
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

            var take = (int)Math.Min(left, source.Length);
            var feed = source[..take].IndexOf((byte)'\n');
            if (feed >= 0)
                take = feed + 1;
            AddToLine(source[..take]);
            at += take;
            source = source[take..];
            if (feed < 0)
                continue;
            EndLine();
            _lineStart = at;
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

    private void AddToLine(ReadOnlySpan<byte> bytes)
    {
        if (_isSkipped)
            return;
        if (_length + bytes.Length > _line.Length)
            Array.Resize(ref _line, Math.Max(_line.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_line.AsSpan(_length));
        _length += bytes.Length;
        var start = _line.AsSpan(0, Math.Min(_length, 5));
        _isSkipped = start[0] != '{' && !"data:"u8.StartsWith(start);
    }

    private void EndLine()
    {
        if (!_isSkipped && _length > 5 && _strings.Read(_line.AsSpan(0, _length), _line[0] == '{' ? 0 : 5))
        {
            foreach (var piece in _strings.Strings)
            {
                var lane = LaneOf(piece.Lane);
                lane.Used = _clock++;
                lane.Text.Append(_line.AsSpan(piece.Start, piece.End - piece.Start), _lineStart + piece.Start);
            }

            foreach (var piece in _strings.Strings)
            {
                if (!_lanes.TryGetValue(piece.Lane, out var lane))
                    continue;
                lane.Text.Scan(WindowEnd.Open);
                lane.Text.Trim();
            }
        }

        _length = 0;
        _isSkipped = false;
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
