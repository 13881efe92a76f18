using System.Buffers;
using System.Buffers.Binary;

namespace K8sRecorder.Sidecar.Dns.Messages;

/// <summary>Writes a message anew, with names compressed (RFC 1035 4.1.4), because what was taken out of it has moved what pointers point at.</summary>
internal sealed class MessageWriter
{
    private const int MostPointable = 0x3fff;

    // far more names than an answer has; one made to have more grows, and is too large then
    private const int MostNames = 1024;

    private readonly ArrayBufferWriter<byte> _message = new(DnsLimits.Udp);
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);

    public ReadOnlySpan<byte> Message => _message.WrittenSpan;

    public int Length => _message.WrittenCount;

    public void Write(ReadOnlySpan<byte> bytes) => _message.Write(bytes);

    public void Write(ushort word)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_message.GetSpan(2), word);
        _message.Advance(2);
    }

    public void Write(uint number)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_message.GetSpan(4), number);
        _message.Advance(4);
    }

    /// <summary>Writes an uncompressed name as it is, or as far as it was not written before.</summary>
    public void WriteName(ReadOnlySpan<byte> wire)
    {
        for (; wire[0] != 0; wire = wire[(1 + wire[0])..])
        {
            var suffix = Convert.ToHexString(wire); // case counts: what was said is kept
            if (_names.TryGetValue(suffix, out var at))
            {
                Write((ushort)(0xc000 | at));
                return;
            }
            if (Length <= MostPointable && _names.Count < MostNames)
                _names.Add(suffix, Length);
            _message.Write(wire[..(1 + wire[0])]);
        }
        Write([0]);
    }

    /// <summary>Fills in a length that was left open.</summary>
    public byte[] ToArray(ReadOnlySpan<(int At, ushort Value)> words)
    {
        var message = _message.WrittenSpan.ToArray();
        foreach (var (at, value) in words)
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(at), value);
        return message;
    }
}
