using System.IO.Compression;
using System.Text;

namespace K8sRecorder.Sidecar.Mask;

/// <summary>
/// Undoes a content coding for the recording, as the coded bytes pass. Push in, pull out: <see cref="Push"/> then
/// <see cref="TryRead"/> until it gives nothing. Bounded by the caller, who stops asking. One stream, one thread at a time.
/// </summary>
internal sealed class ContentDecoder : IBodyDecoder
{
    private const byte GzipMagic = 0x1f;

    private readonly PushedBytes _pushed;
    private readonly bool _isDeflate;
    private readonly bool _isGzip;
    private Stream? _decoder;
    private DecodingBound _bound;

    private ContentDecoder(string coding)
    {
        _isDeflate = coding == "deflate";
        _isGzip = coding == "gzip";
        _pushed = new PushedBytes(holdsLastMagic: _isGzip);
        _decoder = coding switch
        {
            "gzip" => new GZipStream(_pushed, CompressionMode.Decompress),
            "br" => new BrotliStream(_pushed, CompressionMode.Decompress),
            _ => null,
        };
    }

    /// <summary>The name as it stands in the recording for a Content-Encoding that can be undone; null for one that cannot.</summary>
    public static string? NameOf(ReadOnlySpan<byte> contentEncoding) =>
        Ascii.EqualsIgnoreCase(contentEncoding, "gzip"u8) || Ascii.EqualsIgnoreCase(contentEncoding, "x-gzip"u8) ? "gzip"
        : Ascii.EqualsIgnoreCase(contentEncoding, "deflate"u8) ? "deflate"
        : Ascii.EqualsIgnoreCase(contentEncoding, "br"u8) ? "br"
        : null;

    /// <summary>A decoder for a name of <see cref="NameOf"/>.</summary>
    public static ContentDecoder Open(string coding) => new(coding);

    /// <summary>Whether a body of this coding can begin with this byte. Servers do label plain bodies as gzip, and clients take them.</summary>
    public bool CouldBegin(byte first) => !_isGzip || first == GzipMagic;

    public void Push(ReadOnlyMemory<byte> coded)
    {
        _bound.Add(coded.Length);
        _pushed.Push(coded);
        // "deflate" is zlib by RFC 9110 8.4.1.2, and raw deflate by some servers' habit: the first byte tells
        if (_isDeflate && _decoder is null && coded.Length > 0)
            _decoder = (coded.Span[0] & 0x0f) == 8 ? new ZLibStream(_pushed, CompressionMode.Decompress) : new DeflateStream(_pushed, CompressionMode.Decompress);
    }

    /// <summary>Takes what has become readable; 0: push more. False: these bytes are not what their coding says.</summary>
    public bool TryRead(Span<byte> clear, out int length)
    {
        length = 0;
        if (_decoder is null)
            return true;
        try
        {
            length = _decoder.Read(clear);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException or InvalidOperationException)
        {
            return false;
        }
        return _bound.Allows(length);
    }

    /// <summary>No more comes. Gives the bytes that were pushed and only now can be read.</summary>
    public ReadOnlyMemory<byte> End() => _pushed.Release();

    public void Dispose()
    {
        _decoder?.Dispose();
        _pushed.Dispose();
    }
}
