using System.Text;
using K8sRecorder.Recording.Parts;

namespace K8sRecorder.Recording.Tests.Parts;

public class PieceCutsTests
{
    [Fact]
    public void Any_cuts_of_text_give_whole_code_points_and_all_bytes()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a\u00fc\u20ac\U0001f600", 60)));
        var ends = new List<int>();
        for (var cut = 0; cut <= text.Length + 5; cut++)
        {
            PieceCuts.Snap(text, [cut, cut + 41], [], ends);
            Assert.Equal(text.Length, ends[^1]);
            var last = 0;
            foreach (var end in ends)
            {
                Assert.True(end > last);
                Assert.Equal(text[last..end], Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text[last..end])));
                last = end;
            }
        }
    }

    [Fact]
    public void Cut_inside_a_marker_moves_before_it()
    {
        var text = Encoding.UTF8.GetBytes(new string('x', 50) + "[MASKED:aws-key]" + new string('y', 50));
        var ends = new List<int>();
        for (var cut = 51; cut < 66; cut++)
        {
            PieceCuts.Snap(text, [cut], [new ContentSpan(50, 16, "aws-key", null)], ends);
            Assert.Equal([50, text.Length], ends);
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_cut_where_asked()
    {
        var ends = new List<int>();
        var bytes = new byte[200];
        Array.Fill(bytes, (byte)0x80);
        PieceCuts.Snap(bytes, [100], [], ends);
        Assert.Equal([100, 200], ends);
    }

    [Fact]
    public void Piece_is_never_larger_than_its_bound()
    {
        var ends = new List<int>();
        PieceCuts.Snap(new byte[(3 << 20) + 5], [], [], ends);
        Assert.Equal([1 << 20, 2 << 20, 3 << 20, (3 << 20) + 5], ends);
    }

    [Theory]
    [InlineData("61", 0)]
    [InlineData("61e2", 1)]
    [InlineData("61e282", 2)]
    [InlineData("61e282ac", 0)]
    [InlineData("f09f98", 3)]
    [InlineData("808080", 0)]
    [InlineData("", 0)]
    public void Open_tail_is_an_unfinished_code_point(string hex, int length) =>
        Assert.Equal(length, PieceCuts.OpenTail(Convert.FromHexString(hex)));
}
