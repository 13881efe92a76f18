using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace K8sRecorder.Sidecar.Tests.Dns;

/// <summary>Messages as the tests write them, by the letter of RFC 1035 and without the code under test.</summary>
internal sealed class Wire
{
    private readonly List<byte> _bytes = [.. new byte[12]];

    private Wire(ushort id, ushort flags)
    {
        Put(0, id);
        Put(2, flags);
    }

    public static Wire Question(string name, ushort type = 1, ushort id = 0x1234, ushort flags = 0x0100, ushort @class = 1) =>
        new Wire(id, flags).Name(name).Word(type).Word(@class).Count(4);

    /// <summary>An answer to a question as it came, its records to follow.</summary>
    public static Wire Answer(ReadOnlySpan<byte> asked, int rcode = 0, ushort flags = 0x8180)
    {
        var wire = new Wire(BinaryPrimitives.ReadUInt16BigEndian(asked), (ushort)(flags | rcode));
        var at = 12;
        while (asked[at] != 0)
            at += 1 + asked[at];
        wire._bytes.AddRange(asked[12..(at + 5)]);
        return wire.Count(4);
    }

    /// <summary>A record whose owner is the name that was asked for, by a pointer.</summary>
    public Wire Record(ushort type, byte[] data, uint ttl = 300, int section = 6) => Word(0xc00c).Fields(type, data, ttl).Count(section);

    public Wire Record(string owner, ushort type, byte[] data, uint ttl = 300, int section = 6) => Name(owner).Fields(type, data, ttl).Count(section);

    public Wire A(string address, uint ttl = 300) => Record(1, IPAddress.Parse(address).GetAddressBytes(), ttl);

    public Wire A(string owner, string address) => Record(owner, 1, IPAddress.Parse(address).GetAddressBytes());

    public Wire Edns(ushort size = 1232, byte[]? options = null, bool wantsDnssec = false) =>
        Bytes([0]).Word(41).Word(size).Word(0).Word((ushort)(wantsDnssec ? 0x8000 : 0)).Word((ushort)(options?.Length ?? 0)).Bytes(options ?? []).Count(10);

    public Wire Name(string name) => Bytes(Labels(name));

    public Wire Word(ushort word) => Bytes([(byte)(word >> 8), (byte)word]);

    public Wire Bytes(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public Wire Count(int at, int by = 1)
    {
        Put(at, (ushort)((_bytes[at] << 8 | _bytes[at + 1]) + by));
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    public static byte[] Labels(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => new[] { (byte)label.Length }.Concat(Encoding.Latin1.GetBytes(label))), 0];

    /// <summary>A service parameter.</summary>
    public static byte[] Parameter(ushort key, params byte[] value) => [(byte)(key >> 8), (byte)key, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    /// <summary>The value of <c>alpn</c>.</summary>
    public static byte[] Protocols(params string[] names) => [.. names.SelectMany(name => new[] { (byte)name.Length }.Concat(Encoding.ASCII.GetBytes(name)))];

    public static byte[] Service(ushort priority, string target, params byte[][] parameters) =>
        [(byte)(priority >> 8), (byte)priority, .. Labels(target), .. parameters.SelectMany(parameter => parameter)];

    private Wire Fields(ushort type, byte[] data, uint ttl) =>
        Word(type).Word(1).Word((ushort)(ttl >> 16)).Word((ushort)ttl).Word((ushort)data.Length).Bytes(data);

    private void Put(int at, ushort word) => (_bytes[at], _bytes[at + 1]) = ((byte)(word >> 8), (byte)word);
}
