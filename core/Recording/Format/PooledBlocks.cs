namespace K8sRecorder.Recording.Format;

/// <summary>
/// Megabytes that are only ever appended to and read once from start to end: in blocks, because one array that doubles is up to twice as large
/// as what it holds, and leaves its smaller selves behind. What the blocks held is cleared before they go back. One thread at a time.
/// </summary>
internal sealed class PooledBlocks : IDisposable
{
    private const int BlockBytes = LargeBuffers.FromBytes; // below what the collector puts among the large objects

    private readonly List<byte[]> _blocks = [];
    private int _free;

    public int Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Length = checked(Length + bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (_free == 0)
            {
                _blocks.Add(LargeBuffers.Rent(BlockBytes));
                _free = BlockBytes;
            }

            var take = Math.Min(_free, bytes.Length);
            bytes[..take].CopyTo(_blocks[^1].AsSpan(BlockBytes - _free));
            _free -= take;
            bytes = bytes[take..];
        }
    }

    public void CopyTo(Stream stream)
    {
        var left = Length;
        foreach (var block in _blocks)
        {
            stream.Write(block, 0, Math.Min(left, BlockBytes));
            left -= BlockBytes;
        }
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
            LargeBuffers.Return(block);
        _blocks.Clear();
        (_free, Length) = (0, 0);
    }
}
