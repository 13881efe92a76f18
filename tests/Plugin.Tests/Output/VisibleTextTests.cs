using System.Globalization;
using System.Text;
using K8sRecorder.Plugin.Output;

namespace K8sRecorder.Plugin.Tests.Output;

public sealed class VisibleTextTests
{
    public static TheoryData<int> EveryUnseenCodePoint()
    {
        var data = new TheoryData<int>();
        int[] others =
        [
            0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069,    // bidi
            0x00ad, 0x034f, 0x115f, 0x1160, 0x17b4, 0x180e, 0x200b, 0x200c, 0x200d, 0x2060, 0x2064, 0x3164, 0xfeff, 0xffa0,   // no width
            0x2028, 0x2029, 0xe000, 0xfff9, 0xfffe, 0xe0001, 0xe0041, 0xe0100, 0xe01ef, 0x10ffff,
        ];
        foreach (var value in Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Concat(others))
            data.Add(value);
        return data;
    }

    [Theory]
    [MemberData(nameof(EveryUnseenCodePoint))]
    public void Line_with_a_character_that_is_not_seen_shows_it(int value)
    {
        var text = "a" + new Rune(value) + "b";
        var expected = value switch
        {
            '\n' => "a\\nb",
            '\r' => "a\\rb",
            '\t' => "a\\tb",
            < 0x80 => $"a\\x{value:x2}b",
            _ => $"a⟨U+{value:X4}⟩b",
        };
        Assert.Equal(expected, VisibleText.Line(text));
        Assert.Equal(expected, VisibleText.Line(Encoding.UTF8.GetBytes(text)));
        if (value is not ('\n' or '\t'))
            Assert.Equal(expected, VisibleText.Block(text));
    }

    [Fact]
    public void Every_code_point_comes_out_printable_in_any_place()
    {
        for (var value = 0; value <= 0x10ffff; value++)
        {
            if (!Rune.IsValid(value))
                continue;
            var rune = new Rune(value).ToString();
            AssertHarmless(VisibleText.Line(rune));
            AssertHarmless(VisibleText.Line("x" + rune + rune));
        }
    }

    [Fact]
    public void Every_two_bytes_come_out_printable()
    {
        for (var first = 0; first < 256; first++)
        {
            for (var second = 0; second < 256; second++)
                AssertHarmless(VisibleText.Line([(byte)first, (byte)second]));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0x9b, 0x62 }, "a\\x9bb")]
    [InlineData(new byte[] { 0xc2, 0x9b }, "⟨U+009B⟩")]
    [InlineData(new byte[] { 0xe2, 0x82 }, "\\xe2\\x82")]
    [InlineData(new byte[] { 0xc0, 0x80 }, "\\xc0\\x80")]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 }, "\\xed\\xa0\\x80")]
    [InlineData(new byte[] { 0xff, 0xfe, 0x0a }, "\\xff\\xfe\\n")]
    public void Line_of_bytes_that_are_not_utf8_shows_each_byte(byte[] bytes, string expected) =>
        Assert.Equal(expected, VisibleText.Line(bytes));

    [Fact]
    public void Line_with_a_lone_surrogate_shows_it() => Assert.Equal("a⟨U+D800⟩b", VisibleText.Line("a\ud800b"));

    [Theory]
    [InlineData("\x1b]0;owned\a", "\\x1b]0;owned\\x07")]
    [InlineData("\x1b[2J\x1b[1;1H", "\\x1b[2J\\x1b[1;1H")]
    [InlineData("\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\", "\\x1b]8;;http://evil\\x1b\\click\\x1b]8;;\\x1b\\")]
    [InlineData("\u009b31m", "⟨U+009B⟩31m")]
    [InlineData("good\rbad ", "good\\rbad ")]
    public void Terminal_sequences_are_shown(string text, string expected) => Assert.Equal(expected, VisibleText.Block(text));

    [Fact]
    public void Block_keeps_lines_and_tabs_and_takes_crlf_as_a_line_feed() =>
        Assert.Equal("a\n\tb\nc\\r", VisibleText.Block("a\r\n\tb\nc\r"));

    [Theory]
    [InlineData("naïve – 東京 👍🏽 ❤️ é ñ")]
    [InlineData("שלום мир Ελληνικά हिन्दी")]
    public void Writing_of_the_world_stays(string text) => Assert.Equal(text, VisibleText.Line(text));

    [Fact]
    public void Marks_piled_up_are_shown_as_code_points()
    {
        var shown = VisibleText.Line("a" + new string('\u0301', 6));
        Assert.Equal("a" + new string('\u0301', 4) + "⟨U+0301⟩⟨U+0301⟩", shown);
    }

    [Fact]
    public void A_mark_without_a_letter_does_not_join_what_stands_before_the_text() =>
        Assert.Equal("⟨U+0301⟩a", VisibleText.Line("\u0301a"));

    [Fact]
    public void A_second_variation_selector_is_shown() => Assert.Equal("❤\ufe0f⟨U+FE0F⟩", VisibleText.Line("❤\ufe0f\ufe0f"));

    private static void AssertHarmless(string shown)
    {
        foreach (var rune in shown.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator)
                Assert.Fail($"U+{rune.Value:X4} came through");
        }
    }
}
