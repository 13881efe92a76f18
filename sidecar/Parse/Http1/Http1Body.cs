using System.Buffers;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>Finds a body and its end in the bytes as they come. Used again for the next message; one thread at a time.</summary>
internal sealed class Http1Body : IDisposable
{
    private readonly HttpHead _trailers = new();
    private Http1HeadParser? _trailerParser;
    private ChunkedFraming _chunks;
    private BodyKind _kind;
    private long _left;
    private bool _inTrailers;
    private byte[]? _gathered;
    private int _gatheredCount;

    /// <summary>The fields behind the last chunk; null where there are none.</summary>
    public HttpHead? Trailers => _inTrailers && _trailers.Count > 0 ? _trailers : null;

    /// <summary>Whether there were more of them than are held: that is why it was invalid.</summary>
    public bool HasLargeTrailers => _inTrailers && _trailerParser?.Fault is Http1Fault.HeadTooLarge or Http1Fault.TooManyFields;

    public bool IsUntilClose => _kind == BodyKind.UntilClose;

    /// <summary>Begins a body of an agent's, where <paramref name="isRequest"/>, or of a target's.</summary>
    public void Open(Http1Framing framing, bool isRequest)
    {
        _kind = framing.Kind;
        _left = framing.Length;
        _chunks = new ChunkedFraming(isPlain: isRequest);
        _inTrailers = false;
    }

    /// <summary>
    /// Takes what is there. The piece may be empty: then more bytes are needed, and those that were there must be given again with them.
    /// </summary>
    public ParseStatus Take(byte[] buffer, int at, int count, out Http1Piece piece)
    {
        switch (_kind)
        {
            case BodyKind.Chunked:
                return TakeChunked(buffer, at, count, out piece);
            case BodyKind.Length:
                var take = (int)Math.Min(_left, count);
                _left -= take;
                piece = new Http1Piece(take, buffer.AsMemory(at, take), _left == 0);
                break;
            default:
                piece = new Http1Piece(count, buffer.AsMemory(at, count), IsLast: false);
                break;
        }
        return piece.IsLast ? ParseStatus.Complete : ParseStatus.NeedMore;
    }

    /// <summary>Gives back what <see cref="Take"/> needed; the piece is not valid afterwards.</summary>
    public void Dispose()
    {
        if (_gathered is not null)
            ArrayPool<byte>.Shared.Return(_gathered, clearArray: true);
        _gathered = null;
    }

    private ParseStatus TakeChunked(byte[] buffer, int at, int count, out Http1Piece piece)
    {
        var used = 0;
        var data = ReadOnlyMemory<byte>.Empty;
        var step = _inTrailers ? ChunkedStep.LastChunk : ChunkedStep.NeedMore;
        _gatheredCount = 0;
        while (step != ChunkedStep.LastChunk)
        {
            step = _chunks.Next(buffer.AsSpan(at + used, count - used), out var taken, out var dataLength);
            used += taken;
            if (step == ChunkedStep.Data)
                data = Gather(data, buffer.AsMemory(at + used - dataLength, dataLength), count);
            else if (step != ChunkedStep.LastChunk)
            {
                piece = new Http1Piece(used, data, IsLast: false);
                return step == ChunkedStep.Invalid ? ParseStatus.Invalid : ParseStatus.NeedMore;
            }
        }
        _trailerParser ??= new Http1HeadParser(Http1HeadKind.Trailers, _trailers);
        if (!_inTrailers)
            _trailerParser.Reset();
        _inTrailers = true;
        var status = _trailerParser.Parse(buffer, at + used, count - used);
        if (status == ParseStatus.Complete && IsForbidden())
            status = ParseStatus.Invalid;
        piece = new Http1Piece(status == ParseStatus.Complete ? used + _trailers.Length : used, data, status == ParseStatus.Complete);
        return status;
    }

    /// <summary>Framing and routing are told before the body or not at all (RFC 9110 6.5.1).</summary>
    private bool IsForbidden() =>
        _trailers.Has(HttpFieldName.ContentLength) || _trailers.Has(HttpFieldName.TransferEncoding) || _trailers.Has(HttpFieldName.Host);

    /// <summary>One run of data is taken where it lies; several are put behind each other.</summary>
    private ReadOnlyMemory<byte> Gather(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> next, int atMost)
    {
        if (before.Length == 0)
            return next;
        if (_gathered is null || _gathered.Length < atMost)
        {
            Dispose();
            _gathered = ArrayPool<byte>.Shared.Rent(atMost);
        }
        if (_gatheredCount == 0)
        {
            before.CopyTo(_gathered);
            _gatheredCount = before.Length;
        }
        next.CopyTo(_gathered.AsMemory(_gatheredCount));
        _gatheredCount += next.Length;
        return _gathered.AsMemory(0, _gatheredCount);
    }
}
