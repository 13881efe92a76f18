using K8sRecorder.Plugin.Output;

namespace K8sRecorder.Plugin.Tests.Output;

public sealed class ColumnsTests
{
    [Theory]
    [InlineData("abc", 3)]
    [InlineData("東京", 4)]
    [InlineData("ﾄｳ", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("👍", 2)]
    [InlineData("❤\ufe0f", 1)]
    [InlineData("", 0)]
    public void Width_of_text_is_what_terminals_take(string text, int columns) => Assert.Equal(columns, Columns.Of(text));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 5, "abcd…")]
    [InlineData("東京都", 5, "東京…")]
    [InlineData("東京都", 4, "東…")]
    [InlineData("abc", 0, "")]
    public void Cut_at_the_end_fits(string text, int columns, string expected) => Assert.Equal(expected, Columns.CutEnd(text, columns));

    [Theory]
    [InlineData("planner-7d9f8b6c5-x2x9z", 11, "plann…x2x9z")]
    [InlineData("東京東京東京", 7, "東…京")]
    [InlineData("👍👍👍👍", 6, "👍…👍")]
    public void Cut_in_the_middle_fits(string text, int columns, string expected) => Assert.Equal(expected, Columns.CutMiddle(text, columns));

    [Fact]
    public void Rows_of_a_line_fit_and_lose_no_word()
    {
        const string Line = "    The quick brown 狐 jumps over https://example.test/a/very/long/path/without/a/blank the lazy dog";
        for (var width = 8; width < 100; width++)
        {
            var rows = LineBreaks.Of(Line, width).ToList();
            Assert.All(rows, row => Assert.True(Columns.Of(row) <= width, $"{width}: '{row}'"));
            Assert.Equal(Squeeze(Line), Squeeze(string.Concat(rows)));
        }
    }

    [Theory]
    [InlineData("", 10)]
    [InlineData("          ", 8)]
    [InlineData("👍👍👍👍👍👍👍👍👍", 8)]
    public void Rows_of_odd_lines_come_to_an_end(string line, int width) =>
        Assert.All(LineBreaks.Of(line, width), row => Assert.True(Columns.Of(row) <= width));

    private static string Squeeze(string text) => text.Replace(" ", "", StringComparison.Ordinal);
}
