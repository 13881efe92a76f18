using System.Buffers;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Sidecar.Mask;

/// <summary>
/// The lines of a head being built, and those of the head before it: on one connection most fields come again as they were, and a
/// value that was masked once need not be looked through a second time.
/// </summary>
internal sealed class MaskedLines
{
    // a head that is larger is rare, and an idle connection should not keep it
    private const int KeptBytes = 8 << 10;

    private Head _current = new();
    private Head _before = new();

    public ArrayBufferWriter<byte> Text => _current.Text;

    public List<ContentSpan> Spans => _current.Spans;

    /// <summary>Starts the next head.</summary>
    public void Begin()
    {
        (_current, _before) = (_before, _current);
        _current.Clear();
        if (_before.Text.WrittenCount > KeptBytes)
            _before = new Head();
    }

    /// <summary>Writes the line again where the head before had the same one in the same place.</summary>
    public bool TryRepeat(string name, string value)
    {
        var index = _current.Lines.Count;
        if (index >= _before.Lines.Count)
            return false;
        var line = _before.Lines[index];
        if (line.Name != name || line.Value != value)
            return false;
        var at = Text.WrittenCount;
        Text.Write(_before.Text.WrittenSpan.Slice(line.At, line.Length));
        var firstSpan = Spans.Count;
        for (var i = line.FirstSpan; i < line.FirstSpan + line.SpanCount; i++)
            Spans.Add(_before.Spans[i] with { At = _before.Spans[i].At - line.At + at });
        _current.Lines.Add(line with { At = at, FirstSpan = firstSpan });
        return true;
    }

    /// <summary>Remembers the line that was just written from here; without a value it is never repeated.</summary>
    public void Remember(string name, string? value, int at, int firstSpan) =>
        _current.Lines.Add(new Line(name, value, at, Text.WrittenCount - at, firstSpan, Spans.Count - firstSpan));

    private readonly record struct Line(string Name, string? Value, int At, int Length, int FirstSpan, int SpanCount);

    private sealed class Head
    {
        public ArrayBufferWriter<byte> Text { get; } = new(1024);

        public List<ContentSpan> Spans { get; } = [];

        public List<Line> Lines { get; } = [];

        public void Clear()
        {
            Text.ResetWrittenCount();
            Spans.Clear();
            Lines.Clear();
        }
    }
}
