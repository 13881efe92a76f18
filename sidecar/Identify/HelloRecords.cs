using System.Buffers.Binary;
using K8sRecorder.Sidecar.Parse.Http1;

namespace K8sRecorder.Sidecar.Identify;

/// <summary>
/// Puts the first handshake message of TLS together out of one record or several (RFC 8446 5.1), while they come: records that were whole are not
/// looked at again, so that whoever writes byte by byte costs no more than who does not. For one connection.
/// </summary>
internal sealed class HelloRecords
{
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const int RecordHead = 5;
    private const int MessageHead = 4;
    private const int MaxRecord = 16 << 10;

    private byte[]? _joined;
    private int _at;
    private int _have;
    private int _need = -1;

    /// <summary>Looks at what is there.</summary>
    /// <param name="bytes">All that came, from the first byte on.</param>
    /// <param name="message">The message without its head; it may lie in these bytes.</param>
    public ParseStatus Look(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> message)
    {
        message = default;
        while (true)
        {
            var left = bytes[_at..];
            if (!MayBeRecord(left))
                return ParseStatus.Invalid;
            if (left.Length < RecordHead)
                return _at + RecordHead > ClientHello.MaxBytes ? ParseStatus.Invalid : ParseStatus.NeedMore;
            var length = BinaryPrimitives.ReadUInt16BigEndian(left[3..]);
            if (length is 0 or > MaxRecord || _at + RecordHead + length > ClientHello.MaxBytes)
                return ParseStatus.Invalid;
            var body = left.Slice(RecordHead, Math.Min(length, left.Length - RecordHead));
            if (_have == 0)
            {
                var status = LookAtFirst(body, out message);
                if (status != ParseStatus.NeedMore)
                    return status;
            }
            if (body.Length < length)
                return ParseStatus.NeedMore;
            _joined ??= new byte[ClientHello.MaxBytes];
            body.CopyTo(_joined.AsSpan(_have));
            _have += length;
            _at += RecordHead + length;
            if (_need < 0 && _have >= MessageHead)
                _need = LengthOf(_joined);
            if (_need > ClientHello.MaxBytes)
                return ParseStatus.Invalid;
            if (_need < 0 || _have < _need)
                continue;
            message = _joined.AsSpan(MessageHead, _need - MessageHead);
            return ParseStatus.Complete;
        }
    }

    /// <summary>Most messages lie in the first record: they are read where they are.</summary>
    private static ParseStatus LookAtFirst(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (body.Length > 0 && body[0] != ClientHelloMessage)
            return ParseStatus.Invalid;
        if (body.Length < MessageHead)
            return ParseStatus.NeedMore;
        var need = LengthOf(body);
        if (need > ClientHello.MaxBytes)
            return ParseStatus.Invalid;
        if (body.Length < need)
            return ParseStatus.NeedMore;
        message = body[MessageHead..need];
        return ParseStatus.Complete;
    }

    private static int LengthOf(ReadOnlySpan<byte> message) => MessageHead + ((message[1] << 16) | (message[2] << 8) | message[3]);

    private static bool MayBeRecord(ReadOnlySpan<byte> head) =>
        (head.Length < 1 || head[0] == HandshakeRecord) && (head.Length < 2 || head[1] == 3) && (head.Length < 3 || head[2] <= 4);
}
