using System.Text;
using K8sRecorder.Recording.Parts;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Tests.Record;

public sealed class ModelCallPiecesTests
{
    private static readonly string Large = string.Concat(Enumerable.Range(0, 120_000).Select(i => (char)('a' + (i * 7919 % 26))));

    [Fact]
    public void Large_element_is_cut_by_its_content_and_the_rest_at_its_elements()
    {
        var body = Encoding.UTF8.GetBytes("{\"messages\":[{\"a\":\"" + string.Concat(Enumerable.Repeat(Large, 8)) + "\"},{\"b\":1},{\"c\":2}]}");
        var cuts = Cuts(body, body.Length);
        Assert.Equal([body.Length - 18, body.Length - 10, body.Length - 2], cuts[^3..]);
        Assert.True(cuts.Count > 3);
        Assert.All(cuts.Zip(cuts.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        Assert.True(cuts[0] <= ContentDefinedCutter.MaxPiece);
        foreach (var size in (int[])[1, 777, 65536])
            Assert.Equal(cuts, Cuts(body, size));
    }

    private static List<long> Cuts(byte[] body, int size)
    {
        var sut = new ModelCallPieces();
        var cuts = new List<long>();
        for (var at = 0; at < body.Length; at += size)
            sut.Push(body.AsSpan(at, Math.Min(size, body.Length - at)), cuts);
        return cuts;
    }
}
