using K8sRecorder.Masking.Detectors;
using K8sRecorder.Masking.Output;
using System.Buffers;

namespace K8sRecorder.Masking.Lanes;

/// <summary>
/// One text that is looked through: a whole stream, the strings that successive events spell together, what a base64 run
/// holds. Takes it piece by piece, decodes its escapes, finds secrets, tells where in the stream they stand.
/// </summary>
internal sealed partial class TextLane : IDisposable
{
    /// <summary>Text kept before the place of scanning: what matchers may look back at.</summary>
    private const int Context = 96;

    private readonly DetectorSet _set;
    private readonly RangeQueue _queue;
    private readonly bool _isSplit;
    private readonly List<(long Start, long End, Base64Run Run)> _pieces = [];
    private readonly EscapeMap _map = new();
    private readonly int[] _positions = new int[256];
    private byte[] _text;
    private int _length;
    private int _scanned;
    private int _contextUntil;
    private int _givenUp;
    private Tail? _swallow;
    private int _swallowFrom;

    /// <param name="set">What to look for.</param>
    /// <param name="queue">Takes what is found.</param>
    /// <param name="at">Where in the stream the text starts.</param>
    /// <param name="isSplit">Whether the text is made of pieces of the stream with other things between.</param>
    /// <param name="room">Bytes of text to make room for at first.</param>
    public TextLane(DetectorSet set, RangeQueue queue, long at, bool isSplit, int room)
    {
        _set = set;
        _queue = queue;
        _isSplit = isSplit;
        _text = ArrayPool<byte>.Shared.Rent(room);
        _map.Reset(at);
        _mapNext = at;
        _mapBase = at;
    }

    /// <summary>Stream position from which on nothing is decided; <see cref="long.MaxValue"/> if a split text waits for nothing.</summary>
    public long Hold
    {
        get
        {
            var from = Math.Max(_scanned - _set.MaxBack, _givenUp);
            from = from > _givenUp && IsSigned(from) ? from - 1 : from;
            if (_isSplit && from >= _length && _carried == 0)
                return long.MaxValue;
            return Math.Min(_map.Start(Math.Max(0, from)), InnerHold);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_text, clearArray: true);
        _text = [];
        _inner?.Dispose();
    }

    /// <summary>Looks through what was added.</summary>
    /// <param name="end">What the end of the text means now. Once cut, what is there is decided and nothing of it is waited for.</param>
    public void Scan(WindowEnd end)
    {
        Look(end);
        LookInside(end);
        if (end != WindowEnd.Open)
            _givenUp = _length;
    }

    /// <summary>Forgets text that nobody will look at again.</summary>
    public void Trim()
    {
        var cut = _scanned - Context - _set.MaxBack;
        if (Layers > 0)
            cut = Math.Min(cut, _runAt);
        if (cut < 512)
            return;
        TrimQuotes(cut);
        _map.Trim(cut);
        _mapBase = _map.Start(0);
        Array.Copy(_text, cut, _text, 0, _length - cut);
        _length -= cut;
        _scanned -= cut;
        _contextUntil = Math.Max(0, _contextUntil - cut);
        _givenUp = Math.Max(0, _givenUp - cut);
        _swallowFrom = Math.Max(0, _swallowFrom - cut);
        _runAt = Math.Max(0, _runAt - cut);
        if (_isSplit)
        {
            var start = _map.Start(0);
            _pieces.RemoveAll(p => p.End <= start);
        }
    }

    private void Look(WindowEnd end)
    {
        if (end != WindowEnd.Open)
            DecodeRest();
        var positions = _positions;
        while (_scanned < _length)
        {
            if (_swallow is not null && !Swallow())
                break;
            var next = _set.Literals.FindCandidates(_text.AsSpan(0, _length), _scanned, _length, positions, out var count);
            for (var i = 0; i < count && _swallow is null; i++)
            {
                if (positions[i] < _scanned)
                    continue;
                _scanned = positions[i];
                if (!TryAt(positions[i], end))
                    return;
            }

            if (_swallow is null)
                _scanned = Math.Max(_scanned, next);
        }
    }

    /// <summary>The rest of a secret that was longer than is looked at: masked while its bytes follow.</summary>
    /// <returns>Whether it ended.</returns>
    private bool Swallow()
    {
        var end = _swallow!.EndIn(_text.AsSpan(0, _length), _swallowFrom, _scanned, out var isOver);
        Report(_scanned, end, null, Rank.Field, null);
        _scanned = end;
        if (isOver)
            _swallow = null;
        return isOver;
    }

    /// <summary>Tries every pattern that may start at a position, and moves on.</summary>
    /// <returns>False when more text is needed to tell.</returns>
    private bool TryAt(int at, WindowEnd end)
    {
        var text = _text.AsSpan(0, _length);
        var found = default(Verdict);
        var by = -1;
        var literals = at + 2 < _length
            ? _set.Literals.At(text[at], text[at + 1], text[at + 2])
            : _set.Literals.StartingWith(text[at]);
        foreach (var literal in literals)
        {
            if (!TryLiteral(literal, at, end, ref found, ref by))
                return false;
        }

        if (at + 2 < _length)
        {
            foreach (var literal in _set.Literals.ShortAt(text[at]))
            {
                if (!TryLiteral(literal, at, end, ref found, ref by))
                    return false;
            }
        }

        foreach (var pattern in _set.Literals.Classes)
        {
            if (pattern.MayStart(text, at) && !TryPattern(pattern.Pattern, at, at, end, ref found, ref by))
                return false;
        }

        if (by < 0)
            _scanned = at + 1;
        else
            Take(at, found, by);
        return true;
    }

    private bool TryLiteral(Scanning.Literal literal, int at, WindowEnd end, ref Verdict found, ref int by)
    {
        var known = _length - at;
        var agree = literal.Agree(_text.AsSpan(at, known));
        if (agree == literal.Bytes.Length)
            return TryPattern(literal.Pattern, at, at + agree, end, ref found, ref by);
        return agree < known || end != WindowEnd.Open;
    }

    private bool TryPattern(int pattern, int at, int body, WindowEnd end, ref Verdict found, ref int by)
    {
        var rank = _set.DetectorOf(pattern).Rank;
        if (rank == Rank.Context && at < _contextUntil)
            return true;
        var limit = _length;
        if (!_isSplit && _mapNext - _mapBase > _set.Window)
        {
            var windowEnd = _map.Start(at) + _set.Window;
            if (_mapNext > windowEnd)
            {
                limit = Math.Max(body, _map.TextAt(windowEnd, _length));
                end = limit < _length ? WindowEnd.Cut : end;
            }
        }

        var verdict = _set.MatcherOf(pattern).Match(new Probe(_text.AsSpan(0, limit), at, body, end, _map));
        if (verdict.NeedsMore)
            return false;
        if (!verdict.IsFound)
        {
            _contextUntil = Math.Max(_contextUntil, verdict.End);
            return true;
        }

        if (by < 0 || rank > _set.DetectorOf(by).Rank || (rank == _set.DetectorOf(by).Rank && verdict.End > found.End))
        {
            found = verdict;
            by = pattern;
        }

        return true;
    }

    private void Take(int at, in Verdict found, int by)
    {
        var detector = _set.DetectorOf(by);
        var tag = found.GoesOn is null ? _set.TagOf(by, _text.AsSpan(found.Start, found.End - found.Start)) : null;
        Report(found.Start, found.End, detector.Info.Name, detector.Rank, tag);
        _swallow = found.GoesOn;
        _swallowFrom = found.Start;
        if (detector.Rank == Rank.Context && _swallow is null)
        {
            // What is judged by its surroundings may hold something that has a form of its own: look into it.
            _contextUntil = found.End;
            _scanned = at + 1;
        }
        else
        {
            _scanned = Math.Max(found.End, at + 1);
        }
    }

    private void Report(int start, int end, string? detector, Rank rank, string? tag)
    {
        start = Math.Max(start, _givenUp);
        if (start >= end)
            return;
        var to = _map.End(end);
        if (!_isSplit)
        {
            var isBare = detector is not null && IsBareJson(ref start, end);
            _queue.Add(new MaskRange(_map.Start(start), to, detector, rank, tag, end - start, isBare));
            return;
        }

        var from = _map.Start(start);
        foreach (var piece in _pieces)
        {
            var (first, last) = (Math.Max(from, piece.Start), Math.Min(to, piece.End));
            if (last <= first)
                continue;
            (first, last) = piece.Run.Locate(first, last);
            _queue.Add(new MaskRange(first, last, detector, rank, tag, end - start, false));
            (detector, tag) = (null, null);
        }
    }
}
