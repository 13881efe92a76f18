using K8sRecorder.Masking.Detectors;
using K8sRecorder.Masking.Output;

namespace K8sRecorder.Masking.Fields;

/// <summary>A value to be masked whose end is not there yet. Waited for so long as a match may be, then masked as it comes.</summary>
internal sealed class OpenValue(RangeQueue queue, string detector)
{
    private readonly byte[] _first = new byte[Marker.MaxLength + 1];
    private int _known;
    private bool _isMarked;
    private long _fed;

    /// <summary>Whether a value is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Where it starts.</summary>
    public long Start { get; private set; }

    /// <summary>Whether the marker takes the place of a bare JSON value.</summary>
    public bool IsQuoted { get; private set; }

    public long Hold => IsOpen && !_isMarked ? Start : long.MaxValue;

    public void Open(long at, bool isQuoted = false)
    {
        IsOpen = true;
        Start = at;
        IsQuoted = isQuoted;
        _known = 0;
        _isMarked = false;
    }

    /// <summary>Bytes of the value.</summary>
    public void Feed(ReadOnlySpan<byte> bytes, long at)
    {
        _fed = at + bytes.Length;
        if (_isMarked)
        {
            Add(at, _fed, null);
            return;
        }

        var known = Math.Min(bytes.Length, _first.Length - _known);
        bytes[..known].CopyTo(_first.AsSpan(_known));
        _known += known;
        if (at + bytes.Length - Start < DetectorSet.DefaultWindow)
            return;
        // Cut at the same byte however the stream is cut.
        var cut = Start + DetectorSet.DefaultWindow;
        Add(Start, cut, detector);
        _isMarked = true;
        Add(cut, at + bytes.Length, null);
    }

    public void Close(long at)
    {
        IsOpen = false;
        if (_isMarked)
        {
            Add(_fed, at, null);
            return;
        }

        var isMarker = at - Start <= _known && Marker.IsAll(_first.AsSpan(0, (int)(at - Start)));
        if (!isMarker)
            Add(Start, at, detector);
    }

    public void Reset()
    {
        IsOpen = false;
        _isMarked = false;
        _known = 0;
        _first.AsSpan().Clear();
    }

    private void Add(long start, long end, string? name)
    {
        if (end > start)
            queue.Add(new MaskRange(start, end, name, Rank.Field, null, 0, IsQuoted && name is not null));
    }
}
