using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace K8sRecorder.Dialects;

/// <summary>The parts of one message of an <c>application/vnd.amazon.eventstream</c>, as they stand in its bytes.</summary>
internal static class AwsEventFrame
{
    public const int PreludeBytes = 12;

    /// <summary>What every message has: prelude and checksum.</summary>
    public const int Overhead = PreludeBytes + 4;

    private const int MaxHeaderBytes = 128 * 1024;

    /// <summary>Reads the twelve bytes that a message begins with; false where their checksum, or what they say, is wrong.</summary>
    public static bool TryReadPrelude(ReadOnlySpan<byte> prelude, out int total, out int headerBytes)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(prelude);
        var headers = BinaryPrimitives.ReadUInt32BigEndian(prelude[4..]);
        var isSound = length is >= Overhead and <= AwsEventStreamParser.MaxMessageBytes && headers <= MaxHeaderBytes && headers <= length - Overhead
            && Crc32.Of(prelude[..8]) == BinaryPrimitives.ReadUInt32BigEndian(prelude[8..]);
        (total, headerBytes) = isSound ? ((int)length, (int)headers) : (0, 0);
        return isSound;
    }

    /// <summary>Whether the checksum of a whole message is right.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> message) => Crc32.Of(message[..^4]) == BinaryPrimitives.ReadUInt32BigEndian(message[^4..]);

    /// <summary>Takes a message apart; null where its headers are none.</summary>
    /// <param name="message">The message, whose prelude was read.</param>
    /// <param name="headerBytes">What its prelude says.</param>
    /// <param name="end">Where it ends in the stream.</param>
    public static AwsEventMessage? Read(ReadOnlySpan<byte> message, int headerBytes, long end)
    {
        var headers = new List<KeyValuePair<string, string>>();
        return message.Length >= Overhead + headerBytes && ReadHeaders(message.Slice(PreludeBytes, headerBytes), headers)
            ? new(end - message.Length, end, headers, message[(PreludeBytes + headerBytes)..^4].ToArray())
            : null;
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
