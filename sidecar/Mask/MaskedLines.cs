using System.Buffers;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Sidecar.Mask;

/// <summary>A head as it came and, line for line, what became of it.</summary>
internal sealed class MaskedLines
{
    // what an idle connection may keep of each
    private const int KeptText = 16 << 10;
    private const int KeptItems = 128;

    private readonly List<Line> _lines = [];
    private byte[] _raw = [];
    private int _rawLength;

    public ArrayBufferWriter<byte> Text { get; private set; } = new(); // takes nothing before it is used: a connection has several

    public List<ContentSpan> Spans { get; } = [];

    /// <summary>The head's bytes; empty where they are not kept.</summary>
    public ReadOnlySpan<byte> Raw => _raw.AsSpan(0, _rawLength);

    /// <summary>Starts anew on these bytes.</summary>
    public void Begin(ReadOnlySpan<byte> raw)
    {
        _raw.AsSpan(0, _rawLength).Clear(); // clear text does not stay longer than it is of use
        if (_raw.Length < raw.Length)
            _raw = new byte[raw.Length];
        raw.CopyTo(_raw);
        _rawLength = raw.Length;
        _lines.Clear();
        Spans.Clear();
        if (Text.Capacity > KeptText)
            Text = new ArrayBufferWriter<byte>();
        else
            Text.ResetWrittenCount();
    }

    /// <summary>Forgets a head that was larger than an idle connection may keep.</summary>
    public void Trim()
    {
        if (Text.Capacity <= KeptText && _lines.Capacity <= KeptItems && Spans.Capacity <= KeptItems)
            return;
        Begin(default);
        Text = new ArrayBufferWriter<byte>();
        _lines.Capacity = 0;
        Spans.Capacity = 0;
    }

    /// <summary>Writes the line again where the head before had the same one in the same place.</summary>
    public bool TryRepeat(MaskedLines before, int at, int length)
    {
        var index = _lines.Count;
        if (index >= before._lines.Count)
            return false;
        var line = before._lines[index];
        if (line.RawLength != length || at + length > _rawLength || !before._raw.AsSpan(line.RawAt, length).SequenceEqual(_raw.AsSpan(at, length)))
            return false;
        var start = Text.WrittenCount;
        Text.Write(before.Text.WrittenSpan.Slice(line.At, line.Length));
        var firstSpan = Spans.Count;
        for (var i = line.FirstSpan; i < line.FirstSpan + line.SpanCount; i++)
            Spans.Add(before.Spans[i] with { At = before.Spans[i].At - line.At + start });
        _lines.Add(new Line(at, length, start, line.Length, firstSpan, line.SpanCount));
        return true;
    }

    /// <summary>Remembers what was just written from <paramref name="start"/> for these bytes of the head.</summary>
    public void Remember(int at, int length, int start, int firstSpan) =>
        _lines.Add(new Line(at, _rawLength == 0 ? -1 : length, start, Text.WrittenCount - start, firstSpan, Spans.Count - firstSpan));

    /// <summary>A line that is never repeated.</summary>
    public void Skip() => _lines.Add(new Line(0, -1, 0, 0, 0, 0));

    private readonly record struct Line(int RawAt, int RawLength, int At, int Length, int FirstSpan, int SpanCount);
}
