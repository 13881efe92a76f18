using System.Text;

namespace K8sRecorder.Plugin.Tests.Verbs;

/// <summary>A stream that one thread writes and another looks at.</summary>
internal sealed class GrowingStream : Stream
{
    private readonly Lock _lock = new();
    private readonly List<byte> _bytes = [];

    public string Text
    {
        get
        {
            lock (_lock)
                return Encoding.UTF8.GetString([.. _bytes]);
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (_lock)
            _bytes.AddRange(buffer.AsSpan(offset, count));
    }
}
