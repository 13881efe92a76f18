using System.Globalization;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>
/// A message's head (or trailers) as bytes: the start line and the fields as ranges over a buffer that somebody else owns. Valid
/// until that buffer moves. Filled by <see cref="Http1.Http1HeadParser"/>, or on the HTTP/2 side from decoded fields.
/// </summary>
internal sealed class HttpHead
{
    private HttpField[] _fields = new HttpField[16];
    private byte[] _bytes = [];
    private int _at;
    private uint _known;

    /// <summary>Bytes of the head, with the empty line that ends it.</summary>
    public int Length { get; private set; }

    public int Count { get; private set; }

    /// <summary>The start line's three parts; a response's are version, status and reason.</summary>
    public HttpStartLine StartLine { get; set; }

    /// <summary>The status; 0 in a request.</summary>
    public int Status { get; set; }

    /// <summary>Whether the version is HTTP/1.0.</summary>
    public bool IsHttp10 { get; set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(_at, Length);

    public ReadOnlySpan<byte> Method => Slice(StartLine.FirstAt, StartLine.FirstLength);

    public ReadOnlySpan<byte> Target => Slice(StartLine.SecondAt, StartLine.SecondLength);

    public ReadOnlySpan<byte> Version => StartLine.IsRequest
        ? Slice(StartLine.ThirdAt, StartLine.ThirdLength)
        : Slice(StartLine.FirstAt, StartLine.FirstLength);

    public ReadOnlySpan<byte> Reason => Slice(StartLine.ThirdAt, StartLine.ThirdLength);

    public ReadOnlySpan<HttpField> Fields => _fields.AsSpan(0, Count);

    /// <summary>Forgets everything, for the next head.</summary>
    public void Clear()
    {
        Count = 0;
        Length = 0;
        Status = 0;
        IsHttp10 = false;
        StartLine = default;
        _known = 0;
        _bytes = [];
        if (_fields.Length > 256)
            _fields = new HttpField[16]; // an idle connection keeps no large table
    }

    /// <summary>Says where the head's bytes are now.</summary>
    public void Bind(byte[] bytes, int at, int length)
    {
        _bytes = bytes;
        _at = at;
        Length = length;
    }

    public void Add(in HttpField field)
    {
        if (Count == _fields.Length)
            Array.Resize(ref _fields, Count * 2);
        _fields[Count++] = field;
        _known |= 1u << (int)field.Name;
    }

    /// <summary>Whether there is any such field.</summary>
    public bool Has(HttpFieldName name) => (_known & (1u << (int)name)) != 0;

    public ReadOnlySpan<byte> NameOf(in HttpField field) => Slice(field.At, field.NameLength);

    public ReadOnlySpan<byte> ValueOf(in HttpField field) => Slice(field.ValueAt, field.ValueLength);

    public ReadOnlySpan<byte> LineOf(in HttpField field) => Slice(field.At, field.Length);

    /// <summary>The value of the first such field; empty where there is none.</summary>
    public ReadOnlySpan<byte> First(HttpFieldName name)
    {
        if (Has(name))
        {
            foreach (ref readonly var field in Fields)
            {
                if (field.Name == name)
                    return ValueOf(field);
            }
        }
        return default;
    }

    /// <summary>The value of the first field of a name in any case; empty where there is none.</summary>
    public ReadOnlySpan<byte> First(ReadOnlySpan<byte> name)
    {
        foreach (ref readonly var field in Fields)
        {
            if (field.NameLength == name.Length && HttpFieldNames.Is(NameOf(field), name))
                return ValueOf(field);
        }
        return default;
    }

    public int CountOf(HttpFieldName name)
    {
        if (!Has(name))
            return 0;
        var count = 0;
        foreach (ref readonly var field in Fields)
            count += field.Name == name ? 1 : 0;
        return count;
    }

    /// <summary>The Content-Length, where there is one that is a number; else -1.</summary>
    public long ContentLength =>
        Has(HttpFieldName.ContentLength) && long.TryParse(First(HttpFieldName.ContentLength), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : -1;

    private ReadOnlySpan<byte> Slice(int at, int length) => _bytes.AsSpan(_at + at, length);
}
