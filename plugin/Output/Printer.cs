using System.Text;

namespace K8sRecorder.Plugin.Output;

/// <summary>
/// The only way of text to a terminal. Everything that is put in goes through <see cref="VisibleText"/>, so a caller cannot
/// forget it; colours are added here and nowhere else.
/// </summary>
internal sealed class Printer : IDisposable
{
    /// <summary>Prose is broken no later than here, however wide the window.</summary>
    private const int WidestBlock = 120;
    private readonly StreamWriter _writer;
    private readonly bool _colour;

    public Printer(Stream output, bool colour, int? width)
    {
        _writer = new StreamWriter(output, new UTF8Encoding(false), 4096, leaveOpen: true) { NewLine = "\n" };
        _colour = colour;
        Width = width;
    }

    /// <summary>Columns to fit into; null where lines may be as long as they like.</summary>
    public int? Width { get; }

    public Printer Put(string text, Tone tone = Tone.Plain)
    {
        Write(VisibleText.Line(text), tone);
        return this;
    }

    public Printer End()
    {
        _writer.WriteLine();
        return this;
    }

    public void Line(string text, Tone tone = Tone.Plain) => Put(text, tone).End();

    /// <summary>Pieces side by side, going on in a further line, indented, where the width is used up.</summary>
    public void Flow(int indent, params IEnumerable<(string Text, Tone Tone)> pieces)
    {
        const int Gap = 2;
        var column = 0;
        var first = true;
        foreach (var (text, tone) in pieces)
        {
            var shown = VisibleText.Line(text);
            var columns = Columns.Of(shown);
            if (column > indent && column + Gap + columns > Width)
            {
                _writer.WriteLine();
                column = 0;
            }
            var blanks = column == 0 ? (first ? 0 : indent) : Gap;
            _writer.Write(new string(' ', blanks));
            Write(shown, tone);
            column += blanks + columns;
            first = false;
        }
        _writer.WriteLine();
    }

    /// <summary>Text with its own line ends and not broken, further lines indented.</summary>
    public Printer Text(ReadOnlySpan<byte> utf8, int indent, Tone tone = Tone.Plain)
    {
        Write(VisibleText.Block(utf8).Replace("\n", "\n" + new string(' ', indent), StringComparison.Ordinal), tone);
        return this;
    }

    /// <summary>Text of several lines, indented, broken at words where there is a width.</summary>
    public void Block(string text, int indent, Tone tone = Tone.Plain) => BlockOfVisible(VisibleText.Block(text), indent, tone);

    /// <inheritdoc cref="Block(string, int, Tone)"/>
    public void Block(ReadOnlySpan<byte> utf8, int indent, Tone tone = Tone.Plain) => BlockOfVisible(VisibleText.Block(utf8), indent, tone);

    public void Flush() => _writer.Flush();

    public void Dispose() => _writer.Dispose();

    /// <summary>Text of several lines beside a label; further rows stand under the first, so nothing in them can pass for a label.</summary>
    public void Beside(string label, Tone labelTone, string text, Tone tone = Tone.Plain)
    {
        var shown = VisibleText.Line(label);
        var margin = new string(' ', Columns.Of(shown));
        var first = true;
        foreach (var row in Rows(VisibleText.Block(text), margin.Length))
        {
            if (first)
                Write(shown, labelTone);
            else if (row.Length > 0)
                _writer.Write(margin);
            Write(row, tone);
            _writer.WriteLine();
            first = false;
        }
    }

    private void BlockOfVisible(string visible, int indent, Tone tone)
    {
        var margin = new string(' ', indent);
        foreach (var row in Rows(visible, indent))
        {
            if (row.Length > 0)
            {
                _writer.Write(margin);
                Write(row, tone);
            }
            _writer.WriteLine();
        }
    }

    private IEnumerable<string> Rows(string visible, int indent)
    {
        var room = Width is { } width ? Math.Min(width - indent, WidestBlock) : (int?)null;
        foreach (var line in visible.TrimEnd('\n').Split('\n'))
        {
            foreach (var row in LineBreaks.Of(line, room))
                yield return row;
        }
    }

    private void Write(string visible, Tone tone)
    {
        if (!_colour || tone == Tone.Plain || visible.Length == 0)
        {
            _writer.Write(visible);
            return;
        }
        _writer.Write(tone switch
        {
            Tone.Strong => "\x1b[1m",
            Tone.Faint => "\x1b[2m",
            Tone.Heading => "\x1b[1;4m",
            Tone.Good => "\x1b[32m",
            Tone.Caution => "\x1b[33m",
            Tone.Bad => "\x1b[1;31m",
            Tone.Agent => "\x1b[1;36m",
            Tone.Target => "\x1b[1;32m",
            _ => "\x1b[1;35m",
        });
        _writer.Write(visible);
        _writer.Write("\x1b[0m");
    }
}
