using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace K8sRecorder.Soak.Memory;

/// <summary>A large body on its way: what it says, how it is coded and how it is framed.</summary>
/// <param name="Seed">Which text.</param>
/// <param name="Bytes">Its length, decoded.</param>
/// <param name="IsGzip">Coded.</param>
/// <param name="IsChunked">Framed by chunks instead of a length.</param>
internal sealed record LargeBody(int Seed, long Bytes, bool IsGzip, bool IsChunked)
{
    private const int ChunkBytes = LargeText.BlockBytes;

    private static readonly ConcurrentDictionary<(int, long), long> CodedLengths = new();

    /// <summary>As the query of a target.</summary>
    public string Query => string.Create(CultureInfo.InvariantCulture, $"?{Seed}&{Bytes}&{(IsGzip ? 1 : 0)}&{(IsChunked ? 1 : 0)}");

    public static LargeBody Parse(string target)
    {
        var fields = target[(target.IndexOf('?') + 1)..].Split('&');
        return new LargeBody(
            int.Parse(fields[0], CultureInfo.InvariantCulture), long.Parse(fields[1], CultureInfo.InvariantCulture), fields[2] == "1", fields[3] == "1");
    }

    /// <summary>Its length on the wire; known only after it was coded once.</summary>
    public async ValueTask<long> WireLengthAsync(CancellationToken ct)
    {
        if (!IsGzip)
            return Bytes;
        if (CodedLengths.TryGetValue((Seed, Bytes), out var known))
            return known;
        await using var count = new CountingStream();
        await LargeText.GzipAsync(Seed, Bytes, count, ct);
        return CodedLengths[(Seed, Bytes)] = count.Length;
    }

    /// <summary>Sends a head that ends with the body's own fields, and the body.</summary>
    public async Task SendAsync(HttpWire wire, string head, CancellationToken ct)
    {
        var framing = IsChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {await WireLengthAsync(ct)}";
        var coding = IsGzip ? "Content-Encoding: gzip\r\n" : "";
        await wire.SendAsync(Encoding.ASCII.GetBytes($"{head}Content-Type: text/plain\r\n{coding}{framing}\r\n\r\n"), ct);
        await using (var body = new WireStream(wire, IsChunked))
        {
            if (IsGzip)
                await LargeText.GzipAsync(Seed, Bytes, body, ct);
            else
            {
                var text = new LargeText(Seed);
                for (var left = Bytes; left > 0; left -= LargeText.BlockBytes)
                    await body.WriteAsync(text.Next()[..(int)Math.Min(left, LargeText.BlockBytes)], ct);
            }

            await body.FlushAsync(ct);
        }

        if (IsChunked)
            await wire.SendAsync("0\r\n\r\n"u8.ToArray(), ct);
    }

    /// <summary>Knows nothing but how much was written.</summary>
    private sealed class CountingStream : OutputStream
    {
        private long _length;

        public override long Length => _length;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _length += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Sends what is written, a block at a time, in chunks where asked.</summary>
    private sealed class WireStream(HttpWire wire, bool chunked) : OutputStream
    {
        private const int SizeBytes = 10; // eight digits, leading zeros are allowed, and the line end

        private readonly byte[] _block = new byte[SizeBytes + ChunkBytes + 2];
        private int _used;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                var take = Math.Min(buffer.Length, ChunkBytes - _used);
                buffer[..take].CopyTo(_block.AsMemory(SizeBytes + _used));
                _used += take;
                buffer = buffer[take..];
                if (_used == ChunkBytes)
                    await FlushAsync(cancellationToken);
            }
        }

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            if (_used == 0)
                return;
            var bytes = _block.AsMemory(SizeBytes, _used);
            if (chunked)
            {
                _used.TryFormat(_block, out _, "x8", CultureInfo.InvariantCulture);
                "\r\n"u8.CopyTo(_block.AsSpan(SizeBytes - 2));
                "\r\n"u8.CopyTo(_block.AsSpan(SizeBytes + _used));
                bytes = _block.AsMemory(0, SizeBytes + _used + 2);
            }

            await wire.SendAsync(bytes, cancellationToken);
            _used = 0;
        }
    }

    private abstract class OutputStream : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
