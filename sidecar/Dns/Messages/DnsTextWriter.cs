using System.Buffers;
using System.Buffers.Text;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>Bounded text of a message. What goes beyond the bound is not written, and it says so. Used again for the next; one thread at a time.</summary>
internal sealed class DnsTextWriter
{
    private const int Kept = 16 << 10;

    private ArrayBufferWriter<byte> _text = new();

    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    /// <summary>Most bytes that it takes.</summary>
    public int Limit { get; set; } = DnsLimits.Text;

    /// <summary>Whether some of it did not fit.</summary>
    public bool IsCut { get; private set; }

    public void Write(byte b)
    {
        if (Fits(1))
        {
            _text.GetSpan(1)[0] = b;
            _text.Advance(1);
        }
    }

    public void Write(ReadOnlySpan<byte> text)
    {
        if (Fits(text.Length))
            _text.Write(text);
    }

    public void Write(uint number)
    {
        Span<byte> digits = stackalloc byte[10];
        Utf8Formatter.TryFormat(number, digits, out var length);
        Write(digits[..length]);
    }

    /// <summary><c>\DDD</c> (RFC 1035 5.1).</summary>
    public void WriteEscaped(byte b) =>
        Write([(byte)'\\', (byte)('0' + (b / 100)), (byte)('0' + (b / 10 % 10)), (byte)('0' + (b % 10))]);

    public void WriteHex(ReadOnlySpan<byte> bytes)
    {
        const string Digits = "0123456789abcdef";
        foreach (var b in bytes)
            Write([(byte)Digits[b >> 4], (byte)Digits[b & 15]]);
    }

    /// <summary>A text in quotes; it is not told where it was cut into pieces of 255 bytes.</summary>
    public void WriteQuoted(ReadOnlySpan<byte> bytes)
    {
        Write("\""u8);
        WriteInQuotes(bytes);
        Write("\""u8);
    }

    public void WriteInQuotes(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b is (byte)'"' or (byte)'\\')
                Write([(byte)'\\', b]);
            else if (b is >= 0x20 and < 0x7f)
                Write(b);
            else
                WriteEscaped(b);
        }
    }

    public void Clear()
    {
        IsCut = false;
        Limit = DnsLimits.Text;
        if (_text.Capacity > Kept)
            _text = new ArrayBufferWriter<byte>();
        else
            _text.Clear();
    }

    private bool Fits(int count)
    {
        if (IsCut || _text.WrittenCount + count > Limit)
            IsCut = true;
        return !IsCut;
    }
}
