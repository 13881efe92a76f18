using System.Buffers.Binary;

namespace K8sRecorder.Sidecar.Identify;

/// <summary>Reads the presentation language of TLS (RFC 8446 3): numbers, and vectors with their length before them. False: too short.</summary>
internal ref struct TlsReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    public readonly bool IsAtEnd => _left.IsEmpty;

    public bool Skip(int count) => TryTake(count, out _);

    public bool TryNumber8(out int value)
    {
        var isThere = TryTake(1, out var taken);
        value = isThere ? taken[0] : 0;
        return isThere;
    }

    public bool TryNumber16(out int value)
    {
        var isThere = TryTake(2, out var taken);
        value = isThere ? BinaryPrimitives.ReadUInt16BigEndian(taken) : 0;
        return isThere;
    }

    public bool TryVector8(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryNumber8(out var length) && TryTake(length, out vector);
    }

    public bool TryVector16(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryNumber16(out var length) && TryTake(length, out vector);
    }

    private bool TryTake(int count, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (_left.Length < count)
            return false;
        taken = _left[..count];
        _left = _left[count..];
        return true;
    }
}
