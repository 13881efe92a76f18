using System.Buffers.Binary;

namespace K8sRecorder.Sidecar.Mask;

/// <summary>
/// Undoes the compression of messages that stand in envelopes, each for itself: gRPC's, gRPC-Web's and Connect's (a byte of flags, four of the
/// length, the message). Envelopes' heads stay as they came, what is not compressed too.
/// </summary>
/// <param name="coding">How messages are compressed that say so: a name of <see cref="ContentDecoder.NameOf"/>.</param>
internal sealed class EnvelopeDecoder(string coding) : IBodyDecoder
{
    /// <summary>What a coding's name begins with where it is one of messages.</summary>
    public const string Mark = "grpc+";

    private const int HeadBytes = 5;
    private const byte IsCompressed = 1;

    // compressed; the end of a stream (Connect); trailers (gRPC-Web)
    private const byte KnownFlags = 0x83;

    private readonly byte[] _head = new byte[HeadBytes];
    private int _have;
    private int _given;
    private uint _left;
    private bool _isEnded;
    private ContentDecoder? _message;
    private ReadOnlyMemory<byte> _pushed;
    private DecodingBound _bound;

    public bool CouldBegin(byte first) => (first & ~KnownFlags) == 0;

    public void Push(ReadOnlyMemory<byte> coded)
    {
        _bound.Add(coded.Length);
        _pushed = _pushed.Length == 0 ? coded : (byte[])[.. _pushed.Span, .. coded.Span];
    }

    public bool TryRead(Span<byte> clear, out int length)
    {
        length = 0;
        while (clear.Length > 0)
        {
            if (_have < HeadBytes)
            {
                if (!TakeHead())
                    return _have == 0 || (_head[0] & ~KnownFlags) == 0;
            }
            else if (_given < HeadBytes)
            {
                length = Math.Min(clear.Length, HeadBytes - _given);
                _head.AsSpan(_given, length).CopyTo(clear);
                _given += length;
                return true;
            }
            else if (_message is null)
            {
                length = (int)Math.Min(Math.Min(_left, (uint)_pushed.Length), (uint)clear.Length);
                Take(length).Span.CopyTo(clear);
                if (_left == 0)
                    EndMessage();
                if (length > 0 || _have > 0)
                    return true;
            }
            else
            {
                if (!_message.TryRead(clear, out length) || !_bound.Allows(length))
                    return false;
                if (length > 0)
                    return true;
                if (_left > 0)
                {
                    if (_pushed.Length == 0)
                        return true;
                    _message.Push(Take((int)Math.Min(_left, (uint)_pushed.Length)));
                }
                else if (!_isEnded)
                {
                    _isEnded = true;
                    _message.End();
                }
                else
                    EndMessage();
            }
        }
        return true;
    }

    public ReadOnlyMemory<byte> End() => ReadOnlyMemory<byte>.Empty;

    public void Dispose() => _message?.Dispose();

    /// <summary>False where it is not all there, or none.</summary>
    private bool TakeHead()
    {
        var take = Math.Min(HeadBytes - _have, _pushed.Length);
        _pushed.Span[..take].CopyTo(_head.AsSpan(_have));
        _pushed = _pushed[take..];
        _have += take;
        if (_have < HeadBytes || (_head[0] & ~KnownFlags) != 0)
            return false;
        _left = BinaryPrimitives.ReadUInt32BigEndian(_head.AsSpan(1));
        if ((_head[0] & IsCompressed) != 0)
            _message = ContentDecoder.Open(coding);
        return true;
    }

    private ReadOnlyMemory<byte> Take(int count)
    {
        var taken = _pushed[..count];
        _pushed = _pushed[count..];
        _left -= (uint)count;
        return taken;
    }

    private void EndMessage()
    {
        _message?.Dispose();
        _message = null;
        (_have, _given, _isEnded) = (0, 0, false);
    }
}
