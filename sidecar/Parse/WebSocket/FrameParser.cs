using System.Buffers.Binary;

namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>
/// Follows the frames of one direction as their bytes pass, however they are cut (RFC 6455 5.2). Total: any bytes are frames; whether a frame
/// is one that may come says <see cref="FrameRules"/>. Allocates nothing and holds no payload.
/// </summary>
internal sealed class FrameParser
{
    /// <summary>The longest header.</summary>
    public const int MostHeaderBytes = 14;

    private readonly byte[] _header = new byte[MostHeaderBytes];
    private int _have;
    private int _need = 2;
    private long _offset;
    private bool _isInside;

    /// <summary>The frame that began last.</summary>
    public FrameHeader Header { get; private set; }

    /// <summary>Its header as it came.</summary>
    public ReadOnlySpan<byte> HeaderBytes => _header.AsSpan(0, _have);

    /// <summary>Takes bytes to the end of the frame, or all of them; how many, at least one where there is one.</summary>
    public int Take(ReadOnlySpan<byte> bytes, out FramePiece piece)
    {
        piece = default;
        var at = 0;
        var begins = false;
        if (!_isInside)
        {
            if (_have == _need)
                (_have, _need) = (0, 2);
            if (!TakeHeader(bytes, ref at))
                return at;
            begins = true;
        }
        var length = Header.Length;
        var left = length < 0 ? long.MaxValue : length - _offset;
        var data = (int)Math.Min(left, bytes.Length - at);
        var ends = data == left;
        piece = new FramePiece(begins, at, data, _offset, ends);
        // of a frame without end only the place of the mask matters
        _offset = length < 0 ? (_offset + data) & 3 : _offset + data;
        _isInside = !ends;
        return at + data;
    }

    private bool TakeHeader(ReadOnlySpan<byte> bytes, ref int at)
    {
        while (true)
        {
            var take = Math.Min(_need - _have, bytes.Length - at);
            bytes.Slice(at, take).CopyTo(_header.AsSpan(_have));
            (_have, at) = (_have + take, at + take);
            if (_have < _need)
                return false;
            if (_need == 2)
                _need += ((_header[1] & 0x7f) switch { 126 => 2, 127 => 8, _ => 0 }) + (_header[1] >= 0x80 ? 4 : 0);
            if (_have == _need)
                break;
        }
        var isMasked = _header[1] >= 0x80;
        var length = (_header[1] & 0x7f) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            127 => BinaryPrimitives.ReadInt64BigEndian(_header.AsSpan(2)) is >= 0 and var large ? large : -1,
            var small => small,
        };
        var mask = isMasked ? BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(_need - 4)) : 0;
        Header = new FrameHeader(_header[0] >= 0x80, (_header[0] >> 4) & 7, _header[0] & 15, isMasked, mask, length);
        _offset = 0;
        return true;
    }
}
