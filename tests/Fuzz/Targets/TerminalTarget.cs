using System.Text;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Fuzz.Oracles;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Plugin.Transcript;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>What the plugin prints of hostile text: only characters that display, no line longer than the window, never a throw.</summary>
internal sealed class TerminalTarget : FuzzTarget
{
    public override string Name => "terminal";

    public override string Subject => "VisibleText, Printer, LineBreaks, Columns, Excerpt: hostile text on a terminal";

    public override double Share => 0.5;

    public override int MaxLength => 8 * 1024;

    public override IEnumerable<string> Dictionary =>
    [
        "\x1b[31m", "\x1b]0;t\x07", "\x9b", "\u202e", "\u2066", "\u200d", "\ufe0f", "\U000e0041", "\u0301", "\u0301\u0301\u0301\u0301\u0301", "\u3042", "\U0001f600", "\r\n", "\r", "\t",
        "\u2028", "\ufeff", "\x7f", "\x08", "\u00ad", "\u034f", "e\u0301",
    ];

    public override IEnumerable<byte[]> Seeds() =>
    [
        "plain text, a tab\tand\r\na line \u001b[31mred\u001b[0m \u202Eabc \u65E5\u672C e\u0301\u0301\u0301\u0301\u0301\u0301 \U0001F600"u8.ToArray(),
        [0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x41],
    ];

    public override void Run(byte[] input, Measure measure)
    {
        var text = Encoding.UTF8.GetString(input);
        measure.Begin();
        var line = VisibleText.Line(input);
        measure.End();
        Displayed.Check("line of bytes", line, "");
        Displayed.Check("block of bytes", VisibleText.Block(input), "\n\t");
        // Each half of a pair alone as well: a string of .NET may hold what UTF-8 cannot.
        var halves = new string([.. input.Select((b, i) => (char)(i % 3 == 0 ? b | 0xd800 : b))]);
        Displayed.Check("line of a string", VisibleText.Line(halves), "");
        Displayed.Check("block of a string", VisibleText.Block(text), "\n\t");
        if (VisibleText.Line(line) != line)
            throw new OracleException("what is visible stays as it is", line.Length + " chars");
        var width = 8 + (input.Length == 0 ? 0 : input[0] % 90);
        CheckPrinted(input, text, width);
        foreach (var columns in (ReadOnlySpan<int>)[0, 1, 5, width])
        {
            if (Columns.Of(Columns.CutEnd(line, columns)) > columns || Columns.Of(Columns.CutMiddle(line, columns)) > columns)
                throw new OracleException("what is cut fits", columns.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        var (excerpt, _) = Excerpt.Of(input, 40);
        if (Excerpt.IsText(input) && excerpt.Length > 40)
            throw new OracleException("an excerpt is short", excerpt.Length + " chars");
    }

    private static void CheckPrinted(byte[] input, string text, int width)
    {
        using var output = new MemoryStream();
        using (var printer = new Printer(output, colour: false, width))
        {
            printer.Block(input, indent: 2);
            printer.Beside("me: ", Tone.Strong, text);
            printer.Flow(2, (text, Tone.Plain), (text, Tone.Plain));
            printer.Line(text);
        }

        var printed = Encoding.UTF8.GetString(output.ToArray());
        Displayed.Check("printed", printed, "\n\t");
        using var blocks = new MemoryStream();
        using (var printer = new Printer(blocks, colour: false, width))
            printer.Block(text, indent: 0);
        foreach (var row in Encoding.UTF8.GetString(blocks.ToArray()).Split('\n'))
        {
            if (Columns.Of(row) > Math.Max(width, 8))
                throw new OracleException("rows fit into the window", $"{Columns.Of(row)} columns of {width}");
        }
    }
}
