using K8sRecorder.Masking.Detectors;
using System.Buffers;

namespace K8sRecorder.Masking.Lanes;

/// <summary>Looking into base64: every long run is decoded as it comes and is a text of its own, to a depth of two.</summary>
internal sealed partial class TextLane
{
    /// <summary>Shorter runs are words and names; 24 bytes hold no secret of those that have a form of their own.</summary>
    private const int MinRun = 32;

    private static readonly SearchValues<byte> Base64 = ByteClasses.Of(ByteClasses.Letters + ByteClasses.Digits + "+/-_");
    private static readonly byte[] Sextets = BuildSextets();

    private TextLane? _inner;
    private int _runAt;
    private bool _isInRun;

    /// <summary>How many layers of base64 are looked into.</summary>
    public int Layers { get; init; }

    /// <summary>The six bits that a byte of base64 stands for, in either alphabet.</summary>
    public static bool TrySextet(byte symbol, out int sextet)
    {
        sextet = Sextets[symbol];
        return Base64.Contains(symbol);
    }

    /// <summary>Position from which on nothing is decided of what base64 holds.</summary>
    private long InnerHold => Layers == 0 ? long.MaxValue : _isInRun ? Math.Min(_inner!.Hold, _map.Start(_runAt)) : _map.Start(_runAt);

    private void LookInside(WindowEnd end)
    {
        while (Layers > 0)
        {
            if (!_isInRun && !FindRun())
                break;
            if (!FeedRun(end != WindowEnd.Open))
                return;
        }

        if (end != WindowEnd.Open)
            _runAt = _length;
    }

    /// <summary>Goes to the next run. Between runs <see cref="_runAt"/> always stands after a byte of no run.</summary>
    private bool FindRun()
    {
        while (_length - _runAt >= MinRun)
        {
            var last = _text.AsSpan(_runAt, MinRun).LastIndexOfAnyExcept(Base64);
            if (last < 0)
            {
                _isInRun = true;
                _inner ??= new TextLane(_set, _queue, 0, isSplit: false, room: 1024) { Layers = Layers - 1 };
                _inner.Restart(_map.Start(_runAt));
                return true;
            }

            _runAt += last + 1;
        }

        _runAt += _text.AsSpan(_runAt, _length - _runAt).LastIndexOfAnyExcept(Base64) + 1;
        return false;
    }

    /// <summary>Decodes what is there of a run.</summary>
    /// <returns>Whether the run is over.</returns>
    private bool FeedRun(bool isClosed)
    {
        var run = _text.AsSpan(_runAt, _length - _runAt).IndexOfAnyExcept(Base64);
        var isOver = run >= 0 || isClosed;
        var end = run >= 0 ? _runAt + run : _length;
        Span<byte> decoded = stackalloc byte[3];
        for (; end - _runAt >= 4 || isOver && end - _runAt >= 2; _runAt += Math.Min(4, end - _runAt))
        {
            var length = Math.Min(4, end - _runAt);
            var bits = 0;
            for (var i = 0; i < 4; i++)
                bits = (bits << 6) | (i < length ? Sextets[_text[_runAt + i]] : 0);
            decoded[0] = (byte)(bits >> 16);
            decoded[1] = (byte)(bits >> 8);
            decoded[2] = (byte)bits;
            _inner!.AppendDecoded(decoded[..(length - 1)], _map.Start(_runAt), _map.End(_runAt + length));
        }

        _inner!.Scan(isOver ? WindowEnd.Closed : WindowEnd.Open);
        _inner.Trim();
        if (!isOver)
            return false;
        _runAt = end;
        _isInRun = false;
        return true;
    }

    private void AppendDecoded(ReadOnlySpan<byte> text, long at, long end)
    {
        MakeRoom(text.Length + 64);
        text.CopyTo(_text.AsSpan(_length));
        Escape(at, end, text.Length, 0);
    }

    /// <summary>Makes it ready for another text, with nothing of this one left.</summary>
    public void Restart(long at)
    {
        _text.AsSpan().Clear();
        _pieces.Clear();
        _isInString = false;
        _lastForgotten = 0;
        _length = _scanned = _contextUntil = _givenUp = _carried = _runAt = _swallowFrom = 0;
        _swallow = null;
        _isInRun = false;
        _map.Reset(at);
        _mapNext = at;
        _mapBase = at;
    }

    private static byte[] BuildSextets()
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        var sextets = new byte[256];
        for (var i = 0; i < Alphabet.Length; i++)
            sextets[Alphabet[i]] = (byte)i;
        sextets['+'] = sextets['-'] = 62;
        sextets['/'] = sextets['_'] = 63;
        return sextets;
    }
}
