namespace K8sRecorder.Plugin.Output;

/// <summary>A table as kubectl prints them. On a terminal it fits the width: the last column gives way first, then the widest.</summary>
internal sealed class Table(params Column[] columns)
{
    private const int NarrowTerminal = 100;
    private readonly List<Cell[]> _rows = [];

    public void Add(params Cell[] cells)
    {
        for (var i = 0; i < cells.Length; i++)
            cells[i] = cells[i] with { Text = VisibleText.Line(cells[i].Text) };
        _rows.Add(cells);
    }

    public void Print(Printer printer)
    {
        var widths = new int[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            widths[i] = columns[i].Title.Length;
            foreach (var row in _rows)
                widths[i] = Math.Max(widths[i], Columns.Of(row[i].Text));
        }
        var gap = printer.Width < NarrowTerminal ? 2 : 3;
        if (printer.Width is { } width)
            Shrink(widths, gap, width);
        PrintRow(printer, widths, gap, i => new Cell(columns[i].Title, Tone.Strong));
        foreach (var row in _rows)
            PrintRow(printer, widths, gap, i => row[i]);
    }

    private void Shrink(int[] widths, int gap, int width)
    {
        var excess = widths.Sum() + gap * (widths.Length - 1) - width;
        foreach (var i in Enumerable.Range(0, widths.Length).OrderByDescending(i => i == widths.Length - 1 ? int.MaxValue : widths[i]))
        {
            if (columns[i].Least == 0 || excess <= 0)
                continue;
            var give = Math.Min(excess, Math.Max(0, widths[i] - Math.Max(columns[i].Least, columns[i].Title.Length)));
            widths[i] -= give;
            excess -= give;
        }
    }

    private void PrintRow(Printer printer, int[] widths, int gap, Func<int, Cell> cellOf)
    {
        for (var i = 0; i < widths.Length; i++)
        {
            var cell = cellOf(i);
            var text = columns[i].CutMiddle ? Columns.CutMiddle(cell.Text, widths[i]) : Columns.CutEnd(cell.Text, widths[i]);
            var blanks = new string(' ', Math.Max(0, widths[i] - Columns.Of(text)));
            if (columns[i].Right)
                printer.Put(blanks);
            printer.Put(text, cell.Tone);
            if (i == widths.Length - 1 || (i == widths.Length - 2 && cellOf(i + 1).Text.Length == 0))
                break;
            printer.Put((columns[i].Right ? "" : blanks) + new string(' ', gap));
        }
        printer.End();
    }
}
