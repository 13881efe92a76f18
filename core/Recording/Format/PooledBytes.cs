using System.Buffers;

namespace K8sRecorder.Recording.Format;

/// <summary>A growing buffer from the pool. What it held is cleared before it goes back. One thread at a time.</summary>
internal sealed class PooledBytes : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void WriteByte(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    /// <summary>The bytes already written, for lengths that are known only afterwards.</summary>
    public Span<byte> Patch(int at, int length) => _bytes.AsSpan(at, length);

    /// <summary>Drops the first bytes.</summary>
    public void Consume(int count) => Remove(0, count);

    /// <summary>Drops bytes from the middle.</summary>
    public void Remove(int at, int count)
    {
        _bytes.AsSpan(at + count, Length - at - count).CopyTo(_bytes.AsSpan(at));
        _bytes.AsSpan(Length - count, count).Clear();
        Length -= count;
    }

    /// <summary>Empties the buffer and keeps it, unless it grew beyond <paramref name="keep"/>; what it held is cleared.</summary>
    public void Reset(int keep = 1 << 16)
    {
        if (_bytes.Length > keep)
            Return();
        else
            _bytes.AsSpan(0, Length).Clear();
        Length = 0;
    }

    /// <summary>Empties the buffer without clearing: only where it never held text, or where the same kind of text is written over it at once.</summary>
    public void Rewind() => Length = 0;

    public void Dispose() => Return();

    private void Return()
    {
        GiveBack(_bytes);
        _bytes = [];
        Length = 0;
    }

    private static byte[] Take(int size) => size > LargeBuffers.FromBytes ? LargeBuffers.Rent(size) : ArrayPool<byte>.Shared.Rent(size);

    private static void GiveBack(byte[] bytes)
    {
        if (bytes.Length > LargeBuffers.FromBytes)
            LargeBuffers.Return(bytes);
        else if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length >= count)
            return;
        var larger = Take(Math.Max(checked(Length + count), Math.Max(256, _bytes.Length * 2)));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        GiveBack(_bytes);
        _bytes = larger;
    }
}
