using System.Buffers;

namespace K8sRecorder.Kube.Http;

/// <summary>A body in a borrowed buffer, never larger than it may be. Dispose gives the buffer back, cleared: a body may be a Secret.</summary>
internal sealed class BoundedBody : IDisposable
{
    private const int Initial = 16 * 1024;
    private byte[] _buffer;
    private int _length;

    private BoundedBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, _length);

    /// <exception cref="KubeStatusException">It is larger.</exception>
    public static async Task<BoundedBody> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > limit)
            throw TooLarge(limit);
        var body = new BoundedBody((int)(content.Headers.ContentLength + 1 ?? Initial));
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                if (body._length == body._buffer.Length)
                    body.Grow();
                var read = await stream.ReadAsync(body._buffer.AsMemory(body._length), cancellationToken);
                if (read == 0)
                    return body;
                body._length += read;
                if (body._length > limit)
                    throw TooLarge(limit);
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = [];
        _length = 0;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = larger;
    }

    private static KubeStatusException TooLarge(int limit) =>
        KubeTransport.Failure(StatusReasons.Unreadable, $"the answer is larger than {limit} bytes");
}
