using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using K8sRecorder.Masking;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Mask;

/// <summary>
/// Makes the masked text of a message's head or trailers (docs/recording-format.md, <c>head</c>). Keeps the one before: on one
/// connection most heads come again as they were, or most of their lines do, and what was masked once need not be looked through a
/// second time. One thread at a time.
/// </summary>
internal sealed class MaskedHead(MaskingEngine masking)
{
    // a head that is larger is rare, and an idle connection should not keep it
    private const int KeptBytes = 8 << 10;

    private readonly List<MaskedSpan> _found = [];
    private MaskedLines _current = new();
    private MaskedLines _before = new();

    public ReadOnlySpan<byte> Text => _current.Text.WrittenSpan;

    public IReadOnlyList<ContentSpan>? Spans => _current.Spans.Count == 0 ? null : _current.Spans;

    /// <summary>The decimal that stands for the content-length line, where there is a canonical one.</summary>
    public long? Length { get; private set; }

    /// <summary>The time that stands for the date line, where there is a canonical one.</summary>
    public DateTimeOffset? Date { get; private set; }

    private ArrayBufferWriter<byte> Buffer => _current.Text;

    /// <summary>Makes the text of a head, or of trailers: then there is no start line.</summary>
    public void Take(HttpHead head)
    {
        if (head.Length > 0 && _current.Raw.SequenceEqual(head.Bytes))
            return;
        (_current, _before) = (_before, _current);
        _current.Begin(head.Length <= KeptBytes ? head.Bytes : default);
        Length = null;
        Date = null;
        if (head.StartLine.Length > 0 && !_current.TryRepeat(_before, 0, head.StartLine.Length))
            StartLine(head);
        foreach (ref readonly var field in head.Fields)
        {
            if (StandsInRecord(head, field))
                Line(head, field, withValue: false);
            else if (!_current.TryRepeat(_before, field.At, field.Length))
                Line(head, field, withValue: true);
        }
    }

    /// <summary>Masks one field value alone, e.g. a run label.</summary>
    public void TakeValue(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _current.Begin(default);
        masking.MaskHeader(name, value, Buffer, _found);
        Shift(0);
    }

    /// <summary>The head is recorded: a large one is forgotten, for its connection may idle from now on.</summary>
    public void Trim()
    {
        _current.Trim();
        _before.Trim();
    }

    private void StartLine(HttpHead head)
    {
        var (start, firstSpan) = (Buffer.WrittenCount, _current.Spans.Count);
        if (head.StartLine.IsRequest)
        {
            Buffer.Write(head.Method);
            Buffer.Write(" "u8);
            var at = Buffer.WrittenCount;
            masking.Mask(MaskingShape.Url, head.Target, Buffer, _found);
            Shift(at);
            Buffer.Write(" "u8);
            Buffer.Write(head.Version);
        }
        else
        {
            Buffer.Write(head.Version);
            Span<byte> status = stackalloc byte[4];
            status[0] = (byte)' ';
            Utf8Formatter.TryFormat(head.Status, status[1..], out _, new StandardFormat('D', 3));
            Buffer.Write(status);
            if (head.Reason.Length > 0)
            {
                Buffer.Write(" "u8);
                var at = Buffer.WrittenCount;
                masking.Mask(MaskingShape.Text, head.Reason, Buffer, _found);
                Shift(at);
            }
        }
        Buffer.Write("\n"u8);
        _current.Remember(0, head.StartLine.Length, start, firstSpan);
    }

    private void Line(HttpHead head, in HttpField field, bool withValue)
    {
        var (start, firstSpan) = (Buffer.WrittenCount, _current.Spans.Count);
        Buffer.Write(head.NameOf(field));
        if (withValue)
        {
            Buffer.Write(": "u8);
            var at = Buffer.WrittenCount;
            masking.MaskHeader(head.NameOf(field), head.ValueOf(field), Buffer, _found);
            Shift(at);
        }
        Buffer.Write("\n"u8);
        if (withValue)
            _current.Remember(field.At, field.Length, start, firstSpan);
        else
            _current.Skip();
    }

    private bool StandsInRecord(HttpHead head, in HttpField field)
    {
        var value = head.ValueOf(field);
        if (field.Name == HttpFieldName.ContentLength)
        {
            if (head.CountOf(HttpFieldName.ContentLength) > 1 || (value.Length > 1 && value[0] == '0')
                || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                return false;
            Length = length;
            return true;
        }
        if (field.Name == HttpFieldName.Date)
        {
            const int ImfFixdate = 29;
            Span<byte> canonical = stackalloc byte[ImfFixdate];
            if (head.CountOf(HttpFieldName.Date) > 1 || value.Length != ImfFixdate || !Utf8Parser.TryParse(value, out DateTimeOffset date, out var read, 'R')
                || read != ImfFixdate || !Utf8Formatter.TryFormat(date, canonical, out _, 'R') || !value.SequenceEqual(canonical))
                return false;
            Date = date;
            return true;
        }
        return false;
    }

    private void Shift(int by)
    {
        foreach (var span in _found)
            _current.Spans.Add(new ContentSpan(by + span.At, span.Length, span.Detector, span.Tag));
        _found.Clear();
    }
}
