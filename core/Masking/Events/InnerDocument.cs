using K8sRecorder.Masking.Lanes;

namespace K8sRecorder.Masking.Events;

/// <summary>A document that came in a string of another, in base64.</summary>
internal sealed class InnerDocument
{
    private byte[] _bytes = [];
    private int _length;

    /// <summary>What was decoded last.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Whether four bytes of the run were three of the document, throughout.</summary>
    public bool IsExact { get; private set; }

    /// <summary>Decodes the content of a JSON string. False when it is no base64.</summary>
    public bool Decode(ReadOnlySpan<byte> content)
    {
        if (_bytes.Length < content.Length)
            _bytes = new byte[Math.Max(1024, 2 * content.Length)];
        _length = 0;
        IsExact = true;
        var (bits, sextets) = (0, 0);
        Span<byte> unescaped = stackalloc byte[Unescaper.MaxSource];
        for (var at = 0; at < content.Length;)
        {
            var symbol = content[at];
            var used = 1;
            if (symbol == '\\')
            {
                used = Unescaper.Decode(content[at..], last: true, unescaped, out var length, out _);
                symbol = length == 1 ? unescaped[0] : (byte)0;
            }

            if (symbol == '=')
                break;
            if (!TextLane.TrySextet(symbol, out var sextet))
                return false;
            IsExact &= used == 1;
            at += used;
            bits = (bits << 6) | sextet;
            if (++sextets % 4 == 0)
                Add(bits, 3);
        }

        if (sextets % 4 >= 2)
            Add(bits << (6 * (4 - (sextets % 4))), (sextets % 4) - 1);
        return true;
    }

    public void Clear()
    {
        _bytes.AsSpan().Clear();
        _length = 0;
    }

    private void Add(int bits, int count)
    {
        for (var i = 0; i < count; i++)
            _bytes[_length++] = (byte)(bits >> (16 - (8 * i)));
    }
}
