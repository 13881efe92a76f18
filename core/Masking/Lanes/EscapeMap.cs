namespace K8sRecorder.Masking.Lanes;

/// <summary>
/// Where each byte of a decoded text came from. Between two jumps text and source run side by side; a jump is an escape
/// (several source bytes, decoded as a whole) or, of no length, a gap in the source.
/// </summary>
internal sealed class EscapeMap
{
    private Jump[] _jumps = new Jump[64];
    private int _count;
    private long _base;

    /// <summary>Number of jumps.</summary>
    public int Count => _count;

    /// <summary>Forgets everything; the text starts anew at this source position.</summary>
    public void Reset(long source)
    {
        _count = 0;
        _base = source;
    }

    /// <summary>From here on the text was decoded from the source so.</summary>
    public void Add(int text, int textLength, long source, int sourceLength, byte depth)
    {
        if (_count == _jumps.Length)
            Array.Resize(ref _jumps, _count * 2);
        _jumps[_count++] = new Jump(text, textLength, source, sourceLength, depth);
    }

    /// <summary>Source position of the first byte of what was decoded to this position.</summary>
    public long Start(int text)
    {
        var i = Last(text);
        if (i < 0)
            return _base + text;
        ref var jump = ref _jumps[i];
        var into = text - jump.Text;
        return into < jump.TextLength ? jump.Source : jump.Source + jump.SourceLength + into - jump.TextLength;
    }

    /// <summary>Source position after the last byte of what was decoded to the text before this position.</summary>
    public long End(int text)
    {
        if (text == 0)
            return Start(0);
        var i = Last(text - 1);
        if (i < 0)
            return _base + text;
        ref var jump = ref _jumps[i];
        var into = text - 1 - jump.Text;
        return jump.Source + jump.SourceLength + (into < jump.TextLength ? 0 : into - jump.TextLength + 1);
    }

    /// <summary>How deep the byte at this position is escaped: 0 not at all, 1.. by backslashes, 65.. by percent signs.</summary>
    public byte Depth(int text)
    {
        var i = Last(text);
        return i >= 0 && text - _jumps[i].Text < _jumps[i].TextLength ? _jumps[i].Depth : (byte)0;
    }

    /// <summary>Greatest text position whose source starts at or before the given one.</summary>
    public int TextAt(long source, int textLength)
    {
        int low = 0, high = textLength;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (Start(middle) <= source)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    /// <summary>How many jumps below a text position decoded to a given byte in one piece.</summary>
    public int CountEscaped(ReadOnlySpan<byte> text, byte value)
    {
        var found = 0;
        for (var i = 0; i < _count && _jumps[i].Text < text.Length; i++)
        {
            if (_jumps[i].TextLength == 1 && text[_jumps[i].Text] == value)
                found++;
        }

        return found;
    }

    /// <summary>Forgets the text before a position, which becomes 0.</summary>
    public void Trim(int text)
    {
        if (text == 0)
            return;
        var start = Start(text);
        var keep = Last(text - 1) + 1;
        // A jump that the cut runs through stays with what is left of its text, and with its whole source.
        if (keep > 0 && _jumps[keep - 1].Text + _jumps[keep - 1].TextLength > text)
        {
            keep--;
            var cut = _jumps[keep];
            _jumps[keep] = cut with { Text = text, TextLength = cut.Text + cut.TextLength - text };
        }

        _count -= keep;
        Array.Copy(_jumps, keep, _jumps, 0, _count);
        for (var i = 0; i < _count; i++)
            _jumps[i].Text -= text;
        _base = start;
    }

    private int Last(int text)
    {
        if (_count == 0 || _jumps[0].Text > text)
            return -1;
        int low = 0, high = _count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (_jumps[middle].Text <= text)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private record struct Jump(int Text, int TextLength, long Source, int SourceLength, byte Depth);
}
