using System.Buffers.Binary;
using System.Text;

namespace K8sRecorder.Recording.Spool;

/// <summary>Reads what <see cref="SpoolFields"/> wrote. A frame has passed its checksum, but a spool may still hold anything: never throws.</summary>
internal ref struct SpoolFieldReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Set once a read went beyond the end; every read after it gives zero or nothing.</summary>
    public bool Failed { get; private set; }

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte Byte()
    {
        var value = Take(1);
        return value.IsEmpty ? (byte)0 : value[0];
    }

    public long Number()
    {
        var value = Take(8);
        return value.IsEmpty ? 0 : BinaryPrimitives.ReadInt64LittleEndian(value);
    }

    public int Count(int limit)
    {
        var value = Number();
        if (value >= 0 && value <= limit)
            return (int)value;
        Failed = true;
        return 0;
    }

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Take(4);
        return length.IsEmpty ? default : Take(BinaryPrimitives.ReadInt32LittleEndian(length));
    }

    public string? Text() => Byte() == 0 ? null : Encoding.UTF8.GetString(Bytes());

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            Failed = true;
            _rest = default;
            return default;
        }

        var value = _rest[..count];
        _rest = _rest[count..];
        return value;
    }
}
