using System.Buffers.Binary;

namespace K8sRecorder.Masking.Events;

/// <summary>
/// The payload of every message of <c>application/vnd.amazon.eventstream</c> is a document: total length (u32), length of the headers (u32),
/// CRC-32 of these, headers, payload, CRC-32. The checksums are not asked: a reader may not do so either. Behind lengths that cannot be there
/// is nothing to be told apart.
/// </summary>
internal sealed class AwsMessageFraming : DocumentFraming
{
    private const int PreludeBytes = 12;
    private const int ChecksumBytes = 4;

    private readonly byte[] _prelude = new byte[PreludeBytes];
    private int _known;
    private long _headers;
    private long _payload;
    private int _checksum;
    private bool _isBroken;

    public override bool HasInner => true;

    public override int Take(ReadOnlySpan<byte> source, out bool isDocument, out bool ends)
    {
        isDocument = false;
        ends = false;
        if (_isBroken)
            return source.Length;
        if (_known < PreludeBytes)
            return TakePrelude(source);
        if (_headers > 0)
            return (int)TakeFrom(ref _headers, source);
        if (_payload > 0)
        {
            isDocument = true;
            var payload = (int)TakeFrom(ref _payload, source);
            ends = _payload == 0;
            return payload;
        }

        var taken = Math.Min(_checksum, source.Length);
        _checksum -= taken;
        if (_checksum == 0)
            _known = 0;
        return taken;
    }

    public override void Reset()
    {
        _prelude.AsSpan().Clear();
        _known = 0;
        _headers = 0;
        _payload = 0;
        _checksum = 0;
        _isBroken = false;
    }

    private static long TakeFrom(ref long left, ReadOnlySpan<byte> source)
    {
        var taken = Math.Min(left, source.Length);
        left -= taken;
        return taken;
    }

    private int TakePrelude(ReadOnlySpan<byte> source)
    {
        var taken = Math.Min(PreludeBytes - _known, source.Length);
        source[..taken].CopyTo(_prelude.AsSpan(_known));
        _known += taken;
        if (_known < PreludeBytes)
            return taken;
        long total = BinaryPrimitives.ReadUInt32BigEndian(_prelude);
        _headers = BinaryPrimitives.ReadUInt32BigEndian(_prelude.AsSpan(4));
        _payload = total - PreludeBytes - ChecksumBytes - _headers;
        _checksum = ChecksumBytes;
        _isBroken = _payload < 0;
        return taken;
    }
}
