using K8sRecorder.Recording.Format;

namespace K8sRecorder.Recording.Tests.Format;

public sealed class PooledBlocksTests
{
    private const int Block = 64 << 10;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Block - 1)]
    [InlineData(Block)]
    [InlineData(Block + 1)]
    [InlineData((3 * Block) + 7)]
    public void Blocks_give_back_what_was_written(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        using var sut = new PooledBlocks();
        for (var at = 0; at < length; at += 4099)
            sut.Write(bytes.AsSpan(at, Math.Min(4099, length - at)));

        Assert.Equal(length, sut.Length);
        Assert.Equal(bytes, Read(sut));
    }

    [Fact]
    public void Blocks_take_a_piece_larger_than_one_and_then_a_small_one()
    {
        var bytes = new byte[(2 * Block) + 5];
        new Random(1).NextBytes(bytes);
        using var sut = new PooledBlocks();
        sut.Write(bytes.AsSpan(0, 2 * Block));
        sut.Write(bytes.AsSpan(2 * Block));

        Assert.Equal(bytes, Read(sut));
    }

    [Fact]
    public void Blocks_are_empty_and_usable_after_they_were_given_back()
    {
        using var sut = new PooledBlocks();
        sut.Write(new byte[Block + 1]);
        sut.Dispose();
        Assert.Empty(Read(sut));

        sut.Write("again"u8);
        Assert.Equal("again"u8.ToArray(), Read(sut));
    }

    internal static byte[] Read(PooledBlocks blocks)
    {
        using var stream = new MemoryStream();
        blocks.CopyTo(stream);
        return stream.ToArray();
    }
}
