using System.Buffers;

namespace K8sRecorder.Masking.Lanes;

/// <summary>Taking in: escapes decoded, also those cut by the end of a piece.</summary>
internal sealed partial class TextLane
{
    private static readonly SearchValues<byte> Escapes = SearchValues.Create("\\%"u8);

    private readonly byte[] _carry = new byte[Unescaper.MaxSource + 16];
    private readonly long[] _carryAt = new long[Unescaper.MaxSource + 16];
    private int _carried;
    private long _mapNext;
    private long _mapBase;

    /// <summary>Adds a piece of the stream that stands at a position, or of a document that came in base64.</summary>
    public void Append(ReadOnlySpan<byte> source, long at, in Base64Run run = default)
    {
        if (_isSplit)
            _pieces.Add((at, at + source.Length, run));
        MakeRoom(source.Length + Unescaper.MaxSource + 64);
        while (_carried > 0 && !source.IsEmpty)
        {
            _carry[_carried] = source[0];
            _carryAt[_carried++] = at++;
            source = source[1..];
            DecodeCarried(last: false);
        }

        while (!source.IsEmpty)
        {
            var plain = source.IndexOfAny(Escapes);
            if (plain < 0)
                plain = source.Length;
            if (plain > 0)
            {
                Plain(source[..plain], at);
                source = source[plain..];
                at += plain;
            }

            if (source.IsEmpty)
                break;
            var used = Unescaper.Decode(source, last: false, _text.AsSpan(_length), out var length, out var depth);
            if (used == 0)
            {
                source.CopyTo(_carry);
                for (_carried = 0; _carried < source.Length; _carried++)
                    _carryAt[_carried] = at + _carried;
                return;
            }

            Escape(at, at + used, length, depth);
            source = source[used..];
            at += used;
        }
    }

    private void DecodeRest()
    {
        MakeRoom(_carried + 64);
        DecodeCarried(last: true);
    }

    private void DecodeCarried(bool last)
    {
        var from = 0;
        while (from < _carried)
        {
            var rest = _carry.AsSpan(from, _carried - from);
            if (!Escapes.Contains(rest[0]))
            {
                Plain(rest[..1], _carryAt[from++]);
                continue;
            }

            var used = Unescaper.Decode(rest, last, _text.AsSpan(_length), out var length, out var depth);
            if (used == 0)
                break;
            Escape(_carryAt[from], _carryAt[from + used - 1] + 1, length, depth);
            from += used;
        }

        if (from == 0)
            return;
        _carried -= from;
        Array.Copy(_carry, from, _carry, 0, _carried);
        Array.Copy(_carryAt, from, _carryAt, 0, _carried);
    }

    private void Plain(ReadOnlySpan<byte> source, long at)
    {
        if (at != _mapNext)
            _map.Add(_length, 0, at, 0, 0);
        source.CopyTo(_text.AsSpan(_length));
        _length += source.Length;
        _mapNext = at + source.Length;
    }

    private void Escape(long at, long end, int length, byte depth)
    {
        if (depth == 0 && length == end - at && at == _mapNext)
        {
            // No escape after all: text and source still run side by side.
            _length += length;
            _mapNext = end;
            return;
        }

        _map.Add(_length, length, at, (int)(end - at), depth);
        _length += length;
        _mapNext = end;
    }

    private void MakeRoom(int more)
    {
        if (_length + more <= _text.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + more, _text.Length * 2));
        Array.Copy(_text, larger, _length);
        ArrayPool<byte>.Shared.Return(_text, clearArray: true);
        _text = larger;
    }
}
