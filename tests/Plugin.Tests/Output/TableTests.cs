using K8sRecorder.Plugin.Output;

namespace K8sRecorder.Plugin.Tests.Output;

public sealed class TableTests
{
    [Fact]
    public void Columns_stand_under_their_titles_with_wide_characters_too() => Assert.Equal(
        """
        NAMESPACE   BYTES   TEXT
        東京           12   a
        team-a       1234   b\x1b[31m

        """, Print(null));

    [Fact]
    public void Table_on_a_terminal_fits_its_width()
    {
        foreach (var line in Print(24).TrimEnd('\n').Split('\n'))
            Assert.True(Columns.Of(line) <= 24, line);
        Assert.Contains("team-a      1234  b\\x1b…", Print(24), StringComparison.Ordinal);
    }

    private static string Print(int? width)
    {
        var terminal = new TestTerminal(width);
        var table = new Table(new Column("NAMESPACE"), new Column("BYTES", Right: true), new Column("TEXT", Least: 4));
        table.Add("東京", "12", "a");
        table.Add("team-a", "1234", "b\x1b[31m");
        using (var printer = terminal.Printer())
            table.Print(printer);
        return terminal.Out;
    }
}
