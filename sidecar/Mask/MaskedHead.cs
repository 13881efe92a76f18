using System.Buffers;
using System.Globalization;
using System.Text;
using K8sRecorder.Masking;
using K8sRecorder.Recording.Parts;
using Microsoft.Extensions.Primitives;

namespace K8sRecorder.Sidecar.Mask;

/// <summary>
/// Builds the masked text of a message's head or trailers (docs/recording-format.md, <c>head</c>). Used again for the next message;
/// one thread at a time.
/// </summary>
internal sealed class MaskedHead(MaskingEngine masking)
{
    private readonly MaskedLines _lines = new();
    private readonly List<MaskedSpan> _found = [];
    private byte[] _scratch = new byte[1024];
    private int _scratchUsed;
    private string _version = "";

    public ReadOnlySpan<byte> Text => _lines.Text.WrittenSpan;

    public IReadOnlyList<ContentSpan>? Spans => _lines.Spans.Count == 0 ? null : _lines.Spans;

    private ArrayBufferWriter<byte> Buffer => _lines.Text;

    /// <summary>The decimal that stands for the content-length line, where there is a canonical one.</summary>
    public long? Length { get; private set; }

    /// <summary>The time that stands for the date line, where there is a canonical one.</summary>
    public DateTimeOffset? Date { get; private set; }

    public void Clear()
    {
        _lines.Begin();
        _scratch.AsSpan(0, _scratchUsed).Clear(); // clear text does not stay
        _scratchUsed = 0;
        Length = null;
        Date = null;
    }

    public void RequestLine(string method, string rawTarget, string version)
    {
        if (version == _version && _lines.TryRepeat(method, rawTarget))
            return;
        _version = version;
        var (start, firstSpan) = (Buffer.WrittenCount, _lines.Spans.Count);
        Append(method);
        Buffer.Write(" "u8);
        var at = Buffer.WrittenCount;
        masking.Mask(MaskingShape.Url, Bytes(rawTarget), Buffer, _found);
        Shift(at);
        Buffer.Write(" "u8);
        Append(version);
        Buffer.Write("\n"u8);
        _lines.Remember(method, rawTarget, start, firstSpan);
    }

    public void StatusLine(string version, int status, string? reason)
    {
        Append(version);
        Buffer.Write(" "u8);
        Append(status.ToString(CultureInfo.InvariantCulture));
        if (!string.IsNullOrEmpty(reason))
        {
            Buffer.Write(" "u8);
            var at = Buffer.WrittenCount;
            masking.Mask(MaskingShape.Text, Bytes(reason), Buffer, _found);
            Shift(at);
        }
        Buffer.Write("\n"u8);
    }

    public void Field(string name, StringValues values)
    {
        for (var i = 0; i < values.Count; i++)
            Line(name, values[i] ?? "", values.Count == 1);
    }

    /// <summary>Masks one field value alone, e.g. a run label.</summary>
    public void Value(string name, string value)
    {
        var at = Buffer.WrittenCount;
        masking.MaskHeader(Encoding.ASCII.GetBytes(name), Bytes(value), Buffer, _found);
        Shift(at);
    }

    private void Line(string name, string value, bool isSingle)
    {
        var (start, firstSpan) = (Buffer.WrittenCount, _lines.Spans.Count);
        if (isSingle && StandsInRecord(name, value))
        {
            Append(name);
            Buffer.Write("\n"u8);
            _lines.Remember(name, null, start, firstSpan);
            return;
        }
        if (_lines.TryRepeat(name, value))
            return;
        Append(name);
        var nameLength = Buffer.WrittenCount - start;
        Buffer.Write(": "u8);
        var at = Buffer.WrittenCount;
        // the buffer may move while the value is written into it, so the name is copied out
        Span<byte> nameBytes = nameLength <= 256 ? stackalloc byte[nameLength] : new byte[nameLength];
        Buffer.WrittenSpan.Slice(start, nameLength).CopyTo(nameBytes);
        masking.MaskHeader(nameBytes, Bytes(value), Buffer, _found);
        Shift(at);
        Buffer.Write("\n"u8);
        _lines.Remember(name, value, start, firstSpan);
    }

    private bool StandsInRecord(string name, string value)
    {
        if (name.Length == 14 && name.Equals("content-length", StringComparison.OrdinalIgnoreCase))
        {
            if (Length is not null || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || (value.Length > 1 && value[0] == '0'))
                return false;
            Length = length;
            return true;
        }
        if (name.Length == 4 && name.Equals("date", StringComparison.OrdinalIgnoreCase))
        {
            if (Date is not null || !DateTimeOffset.TryParseExact(value, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
                || date.ToString("r", CultureInfo.InvariantCulture) != value)
                return false;
            Date = date;
            return true;
        }
        return false;
    }

    private void Append(string latin1)
    {
        var span = Buffer.GetSpan(latin1.Length);
        Buffer.Advance(Encoding.Latin1.GetBytes(latin1, span));
    }

    /// <summary>The bytes as received: Kestrel and the client hand every field over as Latin-1, one char a byte.</summary>
    private ReadOnlySpan<byte> Bytes(string latin1)
    {
        if (_scratch.Length < latin1.Length)
        {
            _scratch.AsSpan().Clear();
            _scratch = new byte[latin1.Length * 2];
        }
        _scratchUsed = Math.Max(_scratchUsed, latin1.Length);
        return _scratch.AsSpan(0, Encoding.Latin1.GetBytes(latin1, _scratch));
    }

    private void Shift(int by)
    {
        foreach (var span in _found)
            _lines.Spans.Add(new ContentSpan(by + span.At, span.Length, span.Detector, span.Tag));
        _found.Clear();
    }
}
