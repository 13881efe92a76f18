namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// Takes frames of types that RFC 9113 does not know out of what a target sends (ORIGIN, ALTSVC, and whatever else is registered or made up): who
/// does not know a type has to ignore it (4.1), and .NET's client ends the connection instead. Where such a frame is an error whatever its type,
/// it stays: as the first one (3.4), within a block of fields (4.3), larger than was agreed (4.2). Total, allocates nothing, and holds the
/// beginning of one header.
/// </summary>
internal sealed class UnknownFrames
{
    /// <summary>What decides about a frame: its length, type and flags.</summary>
    public const int Decisive = 5;

    private const int HeaderBytes = 9;
    private const int AgreedBytes = 16 << 10; // the client never says that it takes more
    private const byte LastKnown = 9;
    private const byte EndHeaders = 4;

    private readonly byte[] _held = new byte[Decisive - 1];
    private int _heldLength;
    private int _left;
    private bool _drops;
    private bool _hasBegun;
    private bool _isInBlock;

    /// <summary>Gives back what is held, which then stands before the next bytes; returns its length, less than <see cref="Decisive"/>.</summary>
    public int Restore(Span<byte> into)
    {
        var length = _heldLength;
        _held.AsSpan(0, length).CopyTo(into);
        _heldLength = 0;
        return length;
    }

    /// <summary>Moves what stays to the front of these bytes, whose first are those that were restored, and returns how much it is.</summary>
    public int Take(Span<byte> bytes)
    {
        var stays = 0;
        for (var at = 0; at < bytes.Length;)
        {
            var rest = bytes[at..];
            if (_left == 0)
            {
                if (rest.Length < Decisive)
                {
                    rest.CopyTo(_held);
                    _heldLength = rest.Length;
                    break;
                }
                Decide(rest);
            }
            var taken = Math.Min(_left, rest.Length);
            if (!_drops)
            {
                if (stays != at)
                    rest[..taken].CopyTo(bytes[stays..]);
                stays += taken;
            }
            _left -= taken;
            at += taken;
        }
        return stays;
    }

    private void Decide(ReadOnlySpan<byte> header)
    {
        var length = (header[0] << 16) | (header[1] << 8) | header[2];
        var type = header[3];
        _left = HeaderBytes + length;
        _drops = type > LastKnown && length <= AgreedBytes && _hasBegun && !_isInBlock;
        _hasBegun = true;
        if (type is 1 or 5 or 9) // HEADERS, PUSH_PROMISE, CONTINUATION
            _isInBlock = (header[4] & EndHeaders) == 0;
    }
}
