using System.Buffers.Binary;

namespace K8sRecorder.Sidecar.Parse.Http2;

/// <summary>
/// Looks in one direction of a connection for the frames that end something, RST_STREAM and GOAWAY (RFC 9113 6.4, 6.8), however its bytes are
/// cut. Total: any bytes are frames. Allocates nothing but for resets, and holds the latest of those.
/// </summary>
/// <param name="preface">Bytes before the first frame.</param>
internal sealed class EndFrames(int preface)
{
    /// <summary>The preface of an agent.</summary>
    public const int AgentPreface = 24;

    /// <summary>Streams are told from each other as long as so many are reset at once.</summary>
    public const int MostResets = 128;

    private const int HeaderBytes = 9;
    private const byte RstStream = 3;
    private const byte GoAway = 7;

    // the header of a frame, and of the payload what says the code
    private readonly byte[] _seen = new byte[HeaderBytes + 8];
    private readonly Lock _lock = new();
    private (int Stream, uint Code)[]? _resets;
    private int _resetCount;
    private int _skip = preface;
    private int _have;
    private int _need = HeaderBytes;
    private long _goAway = -1;

    /// <summary>The code of GOAWAY, of the first with an error where there was one; null where there was none.</summary>
    public uint? GoAwayCode => Volatile.Read(ref _goAway) is >= 0 and var code ? (uint)code : null;

    /// <summary>Any thread: with which code a stream was reset; null where it was not, or too many others were since.</summary>
    public uint? ResetOf(int stream)
    {
        lock (_lock)
        {
            for (var i = Math.Min(_resetCount, MostResets) - 1; _resets is not null && i >= 0; i--)
            {
                if (_resets[i].Stream == stream)
                    return _resets[i].Code;
            }
        }
        return null;
    }

    public void Take(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var skipped = Math.Min(_skip, bytes.Length);
            _skip -= skipped;
            bytes = bytes[skipped..];
            if (bytes.Length == 0)
                return;
            var taken = Math.Min(_need - _have, bytes.Length);
            bytes[..taken].CopyTo(_seen.AsSpan(_have));
            _have += taken;
            bytes = bytes[taken..];
            if (_have == _need)
                Look();
        }
    }

    private void Look()
    {
        var length = (_seen[0] << 16) | (_seen[1] << 8) | _seen[2];
        var wanted = _seen[3] switch { RstStream => 4, GoAway => 8, _ => 0 };
        if (length < wanted)
            wanted = 0; // whoever it is meant for will say that it is none
        if (_have == HeaderBytes && wanted > 0)
        {
            _need = HeaderBytes + wanted;
            return;
        }
        if (wanted > 0 && _seen[3] == GoAway && _goAway <= 0)
            Volatile.Write(ref _goAway, BinaryPrimitives.ReadUInt32BigEndian(_seen.AsSpan(HeaderBytes + 4)));
        else if (wanted > 0 && _seen[3] == RstStream)
            NoteReset(BinaryPrimitives.ReadInt32BigEndian(_seen.AsSpan(5)) & int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(_seen.AsSpan(HeaderBytes)));
        (_skip, _have, _need) = (length - wanted, 0, HeaderBytes);
    }

    private void NoteReset(int stream, uint code)
    {
        lock (_lock)
        {
            _resets ??= new (int, uint)[MostResets];
            _resets[_resetCount % MostResets] = (stream, code);
            _resetCount = _resetCount + 1 < 2 * MostResets ? _resetCount + 1 : MostResets;
        }
    }
}
