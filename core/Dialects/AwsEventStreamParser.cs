using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace K8sRecorder.Dialects;

/// <summary>Incremental parser of <c>application/vnd.amazon.eventstream</c>.</summary>
/// <remarks>
/// A message is: total length (u32), length of the headers (u32), CRC-32 of these eight bytes, headers, payload, CRC-32 of all
/// before it. Total: the first thing that is wrong sets <see cref="IsInvalid"/> and the rest is passed over. The same messages for
/// any split of the bytes. Memory grows with the bytes that arrived, not with the length that they claim. Not thread-safe.
/// </remarks>
public sealed class AwsEventStreamParser
{
    /// <summary>The largest message: the format allows 16 MiB of payload and 128 KiB of headers.</summary>
    public const int MaxMessageBytes = (16 * 1024 * 1024) + (128 * 1024) + Overhead;

    private const int PreludeBytes = 12;
    private const int Overhead = PreludeBytes + 4;
    private const int MaxHeaderBytes = 128 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private long _position;

    /// <summary>Bytes seen so far.</summary>
    public long Position => _position;

    /// <summary>Whether something was found that is no message.</summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Whether bytes of a message were seen that is not there in full.</summary>
    public bool HasUnfinishedMessage => _buffer.WrittenCount > 0;

    /// <summary>Takes the next bytes and adds the messages that they end.</summary>
    public void Push(ReadOnlySpan<byte> bytes, List<AwsEventMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        _position += bytes.Length;
        while (!bytes.IsEmpty && !IsInvalid)
        {
            Fill(ref bytes, PreludeBytes);
            if (_buffer.WrittenCount < PreludeBytes || !CheckPrelude(out var total))
                return;
            Fill(ref bytes, total);
            if (_buffer.WrittenCount < total)
                return;
            TakeMessage(_buffer.WrittenSpan, _position - bytes.Length, messages);
            _buffer.ResetWrittenCount();
        }
    }

    private void Fill(ref ReadOnlySpan<byte> bytes, int wanted)
    {
        var take = Math.Clamp(wanted - _buffer.WrittenCount, 0, bytes.Length);
        _buffer.Write(bytes[..take]);
        bytes = bytes[take..];
    }

    private bool CheckPrelude(out int total)
    {
        var prelude = _buffer.WrittenSpan;
        var length = BinaryPrimitives.ReadUInt32BigEndian(prelude);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(prelude[4..]);
        var isSound = length is >= Overhead and <= MaxMessageBytes && headers <= MaxHeaderBytes && headers <= length - Overhead
            && Crc32.Of(prelude[..8]) == BinaryPrimitives.ReadUInt32BigEndian(prelude[8..]);
        total = isSound ? (int)length : 0;
        IsInvalid = !isSound;
        return isSound;
    }

    private void TakeMessage(ReadOnlySpan<byte> message, long end, List<AwsEventMessage> messages)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var headerBytes = (int)BinaryPrimitives.ReadUInt32BigEndian(message[4..]);
        if (Crc32.Of(message[..^4]) != BinaryPrimitives.ReadUInt32BigEndian(message[^4..])
            || !ReadHeaders(message.Slice(PreludeBytes, headerBytes), headers))
        {
            IsInvalid = true;
            return;
        }

        var payload = message[(PreludeBytes + headerBytes)..^4].ToArray();
        messages.Add(new(end - message.Length, end, headers, payload));
    }

    private static bool ReadHeaders(ReadOnlySpan<byte> bytes, List<KeyValuePair<string, string>> headers)
    {
        while (!bytes.IsEmpty)
        {
            var nameLength = bytes[0];
            if (nameLength == 0 || bytes.Length < nameLength + 2)
                return false;
            var name = Encoding.UTF8.GetString(bytes.Slice(1, nameLength));
            var type = bytes[nameLength + 1];
            bytes = bytes[(nameLength + 2)..];
            if (!ValueLength(type, ref bytes, out var length) || bytes.Length < length)
                return false;
            headers.Add(new(name, ValueText(type, bytes[..length])));
            bytes = bytes[length..];
        }

        return true;
    }

    private static bool ValueLength(byte type, ref ReadOnlySpan<byte> bytes, out int length)
    {
        length = type switch { 0 or 1 => 0, 2 => 1, 3 => 2, 4 => 4, 5 or 8 => 8, 9 => 16, _ => 0 };
        if (type is not (6 or 7))
            return type <= 9;
        if (bytes.Length < 2)
            return false;
        length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        bytes = bytes[2..];
        return true;
    }

    private static string ValueText(byte type, ReadOnlySpan<byte> value) => type switch
    {
        0 => "true",
        1 => "false",
        2 => ((sbyte)value[0]).ToString(CultureInfo.InvariantCulture),
        3 => BinaryPrimitives.ReadInt16BigEndian(value).ToString(CultureInfo.InvariantCulture),
        4 => BinaryPrimitives.ReadInt32BigEndian(value).ToString(CultureInfo.InvariantCulture),
        5 or 8 => BinaryPrimitives.ReadInt64BigEndian(value).ToString(CultureInfo.InvariantCulture),
        6 => Convert.ToBase64String(value),
        7 => Encoding.UTF8.GetString(value),
        _ => new Guid(value, bigEndian: true).ToString(),
    };
}
