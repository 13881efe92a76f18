using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace K8sRecorder.Testing.Http2;

/// <summary>Writes HTTP/2 frames (RFC 9113), also those that no honest peer writes. Fields go as literals without indexing (RFC 7541 6.2.2).</summary>
public sealed class Http2Frames
{
    public const byte Data = 0, Headers = 1, Priority = 2, Reset = 3, Settings = 4, Push = 5, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte AlternativeService = 10, Origin = 12, PriorityUpdate = 16; // RFC 7838, RFC 8336, RFC 9218
    public const byte EndStream = 1, EndHeaders = 4, Ack = 1, Padded = 8, HasPriority = 32;

    /// <summary>A whole field: the one that was put last into the table.</summary>
    public const byte FirstOfTable = 0x80 | 62;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The preface of an agent and its empty settings.</summary>
    public static Http2Frames Agent() => new Http2Frames().Raw(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).Frame(Settings, 0, 0, []);

    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    public Http2Frames Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>A frame; its length field may lie.</summary>
    public Http2Frames Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload, int? length = null)
    {
        Span<byte> head = stackalloc byte[9];
        BinaryPrimitives.WriteInt32BigEndian(head, (length ?? payload.Length) << 8);
        head[3] = type;
        head[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(head[5..], stream);
        _bytes.Write(head);
        _bytes.Write(payload);
        return this;
    }

    /// <summary>A whole request without a body.</summary>
    public Http2Frames Get(int stream, string path, params (string Name, string Value)[] more) =>
        Frame(Headers, EndStream | EndHeaders, stream, Fields([(":method", "GET"), (":scheme", "http"), (":authority", "h"), (":path", path), .. more]));

    public Http2Frames Number(byte type, int stream, uint value)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, value);
        return Frame(type, 0, stream, payload);
    }

    public static byte[] Fields(params (string Name, string Value)[] fields)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            block.WriteByte(0);
            WriteText(block, name);
            WriteText(block, value);
        }
        return block.ToArray();
    }

    /// <summary>A field that goes into the table (RFC 7541 6.2.1).</summary>
    public static byte[] IndexedField(string name, string value)
    {
        var field = Fields((name, value));
        field[0] = 0x40;
        return field;
    }

    private static void WriteText(MemoryStream to, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        if (bytes.Length < 127)
            to.WriteByte((byte)bytes.Length);
        else
        {
            to.WriteByte(127);
            var rest = bytes.Length - 127;
            for (; rest >= 128; rest >>= 7)
                to.WriteByte((byte)(rest & 127 | 128));
            to.WriteByte((byte)rest);
        }
        to.Write(bytes);
    }
}
