namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>
/// Tells in a chunked body (RFC 9112 7.1) which bytes are the body's and where the last chunk is; the framing itself is forwarded as it
/// came. Total: each byte is looked at once, and nothing is kept but the number being read. Strict: hexadecimal digits without sign or
/// prefix, no overflow, CRLF and nothing else ends a line and a chunk.
/// </summary>
/// <param name="isPlain">
/// Whether a size stands alone on its line, as every known client writes it. Extensions and blanks are no part of the body: what an agent
/// wrote there would arrive, and no record would have it.
/// </param>
internal struct ChunkedFraming(bool isPlain)
{
    private const int MaxDigits = 15; // 60 bits: a size that is added to another does not overflow

    private State _state;
    private long _left;
    private int _digits;
    private int _lineLength;

    private enum State : byte
    {
        Size, AfterSize, Extension, SizeFeed, Data, DataReturn, DataFeed, Last, Invalid,
    }

    /// <summary>Takes bytes from the front of <paramref name="bytes"/>, up to the end of the next run of data.</summary>
    /// <param name="bytes">What follows what was taken before.</param>
    /// <param name="taken">Bytes taken, framing and data.</param>
    /// <param name="dataLength">The last so many of them are data.</param>
    public ChunkedStep Next(ReadOnlySpan<byte> bytes, out int taken, out int dataLength)
    {
        dataLength = 0;
        taken = 0;
        while (taken < bytes.Length)
        {
            if (_state == State.Data)
            {
                dataLength = (int)Math.Min(_left, bytes.Length - taken);
                taken += dataLength;
                _left -= dataLength;
                if (_left == 0)
                    _state = State.DataReturn;
                return ChunkedStep.Data;
            }
            if (_state == State.Last)
                return ChunkedStep.LastChunk;
            Step(bytes[taken]);
            if (_state == State.Invalid)
                return ChunkedStep.Invalid;
            taken++;
        }
        return _state switch
        {
            State.Last => ChunkedStep.LastChunk,
            State.Invalid => ChunkedStep.Invalid,
            _ => ChunkedStep.NeedMore,
        };
    }

    private void Step(byte next)
    {
        switch (_state)
        {
            case State.Size when char.IsAsciiHexDigit((char)next) && _digits < MaxDigits:
                _left = (_left << 4) | (uint)HexValue(next);
                _digits++;
                break;
            case State.Size when _digits > 0 && (next == '\r' || !isPlain):
                AfterSize(next);
                break;
            case State.AfterSize:
                AfterSize(next);
                break;
            case State.Extension:
                Extension(next);
                break;
            case State.SizeFeed when next == '\n':
                _state = _left > 0 ? State.Data : State.Last;
                _digits = 0;
                _lineLength = 0;
                break;
            case State.DataReturn when next == '\r':
                _state = State.DataFeed;
                break;
            case State.DataFeed when next == '\n':
                _state = State.Size;
                break;
            default:
                _state = State.Invalid;
                break;
        }
    }

    // blanks may stand before an extension, and some servers pad the size with them
    private void AfterSize(byte next)
    {
        _state = next switch
        {
            (byte)'\r' => State.SizeFeed,
            (byte)';' => State.Extension,
            (byte)' ' or (byte)'\t' when ++_lineLength < Http1Limits.ChunkLine => State.AfterSize,
            _ => State.Invalid,
        };
    }

    private void Extension(byte next)
    {
        if (next == '\r')
            _state = State.SizeFeed;
        else if (next is (< 0x20 and not (byte)'\t') or 0x7f || ++_lineLength >= Http1Limits.ChunkLine)
            _state = State.Invalid;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
