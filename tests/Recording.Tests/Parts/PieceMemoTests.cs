using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Recording.Tests.Parts;

public class PieceMemoTests
{
    private static readonly ContentSpan Span = new(4, 20, "openai-key", "t:1234");

    [Fact]
    public void Piece_is_known_only_with_every_byte_and_span_the_same()
    {
        var memo = new PieceMemo();
        var piece = Encoding.ASCII.GetBytes("GET /v1/models HTTP/1.1\nhost: api.openai.com\n");
        memo.Set(piece, [Span], Key(1));
        Assert.True(memo.TryGet(piece, [Span], out var key));
        Assert.Equal(Key(1), key);
        Assert.False(memo.TryGet(piece, [], out _));
        Assert.False(memo.TryGet(piece, [Span with { Tag = "t:1235" }], out _));
        Assert.False(memo.TryGet(piece, [Span with { At = 5 }], out _));
        Assert.False(memo.TryGet(piece, [Span, Span], out _));
        Assert.False(memo.TryGet(piece.AsSpan(0, piece.Length - 1), [Span], out _));
        for (var i = 0; i < piece.Length; i++)
        {
            var other = piece.ToArray();
            other[i] ^= 1;
            Assert.False(memo.TryGet(other, [Span], out _));
        }
    }

    [Fact]
    public void Pieces_that_share_a_place_are_never_taken_for_each_other()
    {
        var memo = new PieceMemo();
        var random = new Random(5);
        var pieces = Enumerable.Range(0, 2_000).Select(i => Piece(random, i)).ToArray();
        var found = 0;
        for (var step = 0; step < 20_000; step++)
        {
            var at = random.Next(pieces.Length);
            if (memo.TryGet(pieces[at], [], out var key))
            {
                found++;
                Assert.Equal(Key(at), key);
            }

            memo.Set(pieces[at], [], Key(at));
        }

        Assert.InRange(found, 1, 19_999);
    }

    /// <summary>Many of one length, most bytes of them the same: they fall into few places.</summary>
    private static byte[] Piece(Random random, int serial)
    {
        var piece = new byte[random.Next(4) == 0 ? PieceMemo.MaxLength : 200];
        BitConverter.TryWriteBytes(piece.AsSpan(random.Next(piece.Length - 8)), serial + 1L);
        BitConverter.TryWriteBytes(piece.AsSpan(piece.Length - 8), (long)serial);
        return piece;
    }

    private static PartKey Key(int value) => PartKey.From(SHA256.HashData(BitConverter.GetBytes(value)));
}
