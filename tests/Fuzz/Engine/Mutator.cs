using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace K8sRecorder.Fuzz.Engine;

/// <summary>Makes an input out of others: bytes, words of the format, lines, numbers, repetitions, and pieces of other inputs.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words, int most)
{
    private static readonly byte[] Edges = [0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x5c, 0x7f, 0x80, 0xc2, 0xe2, 0xf0, 0xfe, 0xff];

    private static readonly long[] Numbers =
    [
        0, 1, -1, 2, 7, 8, 9, 15, 16, 63, 64, 127, 128, 255, 256, 1023, 1024, 4095, 4096, 32767, 65535, 65536, int.MaxValue, uint.MaxValue,
        1L << 32, 1L << 53, long.MaxValue, long.MinValue, 253402300799999, 253402300800000,
    ];

    private readonly InputBuffer _buffer = new(most);

    /// <summary>A new input from this one; <paramref name="other"/> gives pieces to it.</summary>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        _buffer.Set(input);
        // Mostly few edits, sometimes many.
        var edits = 1 << random.Next(random.Next(4) == 0 ? 6 : 3);
        for (var i = 0; i < edits; i++)
            Edit(other);
        return _buffer.Span.ToArray();
    }

    private void Edit(byte[] other)
    {
        var span = _buffer.Span;
        if (span.IsEmpty)
        {
            _buffer.Insert(0, random.Next(2) == 0 ? Word() : Slice(other));
            return;
        }

        var at = random.Next(span.Length);
        switch (random.Next(18))
        {
            case 0:
                span[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                span[at] = (byte)random.Next(256);
                break;
            case 2:
                span[at] = Edges[random.Next(Edges.Length)];
                break;
            case 3:
                span[at] = (byte)(span[at] + random.Next(-4, 5));
                break;
            case 4:
                _buffer.Insert(at, [(byte)(random.Next(2) == 0 ? random.Next(256) : Edges[random.Next(Edges.Length)])]);
                break;
            case 5 or 6:
                _buffer.Remove(at, LengthFrom(at));
                break;
            case 7:
                _buffer.Insert(at, span.Slice(at, LengthFrom(at)).ToArray());
                break;
            case 8:
                _buffer.Insert(random.Next(span.Length + 1), span.Slice(at, LengthFrom(at)).ToArray());
                break;
            case 9 or 10:
                _buffer.Insert(random.Next(span.Length + 1), Word());
                break;
            case 11:
                _buffer.Overwrite(at, Word());
                break;
            case 12:
                _buffer.Insert(random.Next(span.Length + 1), Slice(other));
                break;
            case 13:
                _buffer.Overwrite(at, Slice(other));
                break;
            case 14:
                EditNumber(at);
                break;
            case 15:
                EditBinary(at);
                break;
            case 16:
                EditLines(at);
                break;
            default:
                Repeat(at);
                break;
        }
    }

    /// <summary>Another number where digits stand.</summary>
    private void EditNumber(int at)
    {
        var span = _buffer.Span;
        var step = span[at..].IndexOfAnyInRange((byte)'0', (byte)'9');
        if (step < 0)
            return;
        at += step;
        var length = span[at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        length = length < 0 ? span.Length - at : length;
        var value = random.Next(3) == 0 || !long.TryParse(Encoding.ASCII.GetString(span.Slice(at, length)), out var old)
            ? Numbers[random.Next(Numbers.Length)]
            : unchecked(old + random.Next(-2, 3));
        _buffer.Remove(at, length);
        _buffer.Insert(at, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
    }

    private void EditBinary(int at)
    {
        Span<byte> bytes = stackalloc byte[8];
        var value = random.Next(4) == 0 ? random.Next(_buffer.Length + 1) : Numbers[random.Next(Numbers.Length)];
        var width = 1 << random.Next(4);
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        else
            BinaryPrimitives.WriteInt64BigEndian(bytes, value << (64 - (8 * width)));
        _buffer.Overwrite(at, bytes[..width]);
    }

    /// <summary>A line goes, comes twice, or moves.</summary>
    private void EditLines(int at)
    {
        var span = _buffer.Span;
        var start = span[..at].LastIndexOf((byte)'\n') + 1;
        var end = span[at..].IndexOf((byte)'\n');
        end = end < 0 ? span.Length : at + end + 1;
        var line = span[start..end].ToArray();
        var action = random.Next(3);
        if (action > 0)
            _buffer.Remove(start, line.Length);
        if (action == 1)
            return;
        var to = _buffer.Length == 0 ? 0 : random.Next(_buffer.Length);
        to = _buffer.Span[..to].LastIndexOf((byte)'\n') + 1;
        _buffer.Insert(to, line);
    }

    /// <summary>The same piece many times: depth, long runs, many small messages.</summary>
    private void Repeat(int at)
    {
        if (random.Next(8) != 0)
            return;
        var piece = random.Next(2) == 0 ? Word() : _buffer.Span.Slice(at, Math.Min(LengthFrom(at), 64)).ToArray();
        if (piece.Length == 0)
            return;
        var times = Math.Min(1 << random.Next(2, 15), _buffer.Room / piece.Length);
        var run = new byte[times * piece.Length];
        for (var i = 0; i < times; i++)
            piece.CopyTo(run, i * piece.Length);
        _buffer.Insert(at, run);
    }

    private byte[] Word() => words.Count == 0 ? [(byte)random.Next(256)] : words[random.Next(words.Count)];

    private ReadOnlySpan<byte> Slice(byte[] other)
    {
        if (other.Length == 0)
            return [];
        var at = random.Next(other.Length);
        return other.AsSpan(at, Math.Min(other.Length - at, SmallOrLarge()));
    }

    private int LengthFrom(int at) => Math.Min(_buffer.Length - at, SmallOrLarge());

    private int SmallOrLarge() => random.Next(1, random.Next(4) == 0 ? 1024 : 24);
}
