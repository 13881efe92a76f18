using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Recording.Tests.Parts;

public sealed class ContentDefinedCutterTests
{
    private static readonly byte[] Body = MakeBody(4 << 20);

    [Fact]
    public void Pieces_keep_their_bounds_and_average()
    {
        var lengths = Lengths(Cuts(Body, Body.Length));
        Assert.All(lengths, l => Assert.InRange(l, ContentDefinedCutter.MinPiece + 1, ContentDefinedCutter.MaxPiece));
        Assert.InRange(lengths.Average(), ContentDefinedCutter.AveragePiece / 2, ContentDefinedCutter.AveragePiece * 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(32768)]
    [InlineData(65537)]
    public void Body_split_anyhow_gets_the_same_cuts(int size) => Assert.Equal(Cuts(Body, Body.Length), Cuts(Body, size));

    [Fact]
    public void Body_with_something_inserted_shares_most_pieces()
    {
        byte[] changed = [.. Body[..1_000_000], .. "inserted"u8, .. Body[1_000_000..]];
        var before = Pieces(Body);
        var after = Pieces(changed);
        Assert.True(after.Count(p => !before.Contains(p)) <= 3, "an insertion changes the piece it is in, and at most two behind it");
    }

    [Fact]
    public void Bytes_without_variety_are_cut_at_the_limit()
    {
        var cuts = Cuts(new byte[2 << 20], 4096);
        Assert.Equal([512 << 10, 1 << 20, 1536 << 10, 2 << 20], cuts);
    }

    [Fact]
    public void Small_body_is_not_cut() => Assert.Empty(Cuts(Body[..ContentDefinedCutter.MinPiece], 100));

    [Fact]
    public void Begin_starts_a_piece()
    {
        var sut = new ContentDefinedCutter();
        var cuts = new List<long>();
        sut.Push(new byte[500 << 10], cuts);
        sut.Begin();
        sut.Push(new byte[511 << 10], cuts);
        Assert.Empty(cuts);
        sut.Push(new byte[1 << 10], cuts);
        Assert.Equal([1012 << 10], cuts);
    }

    private static List<long> Cuts(byte[] body, int size)
    {
        var sut = new ContentDefinedCutter();
        var cuts = new List<long>();
        for (var at = 0; at < body.Length; at += size)
            sut.Push(body.AsSpan(at, Math.Min(size, body.Length - at)), cuts);
        return cuts;
    }

    private static List<long> Lengths(List<long> cuts) => [.. cuts.Select((c, i) => c - (i == 0 ? 0 : cuts[i - 1]))];

    private static HashSet<string> Pieces(byte[] body)
    {
        var cuts = Cuts(body, body.Length);
        var pieces = new HashSet<string>();
        for (var i = 0; i <= cuts.Count; i++)
            pieces.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
                body.AsSpan((int)(i == 0 ? 0 : cuts[i - 1])..(i == cuts.Count ? body.Length : (int)cuts[i])))));
        return pieces;
    }

    private static byte[] MakeBody(int length)
    {
        var body = new byte[length];
        var random = new Random(4711);
        for (var i = 0; i < length; i++)
            body[i] = (byte)(32 + random.Next(64));
        return body;
    }
}
