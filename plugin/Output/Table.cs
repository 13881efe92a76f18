namespace K8sRecorder.Plugin.Output;

/// <summary>A table as kubectl prints them. On a terminal it fits the width: the last columns give way first.</summary>
internal sealed class Table(params Column[] columns)
{
    private const int Gap = 3;
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
        if (printer.Width is { } width)
            Shrink(widths, width);
        PrintRow(printer, widths, i => new Cell(columns[i].Title, Tone.Strong));
        foreach (var row in _rows)
            PrintRow(printer, widths, i => row[i]);
    }

    private void Shrink(int[] widths, int width)
    {
        var excess = widths.Sum() + Gap * (widths.Length - 1) - width;
        for (var i = widths.Length - 1; i >= 0 && excess > 0; i--)
        {
            if (columns[i].Least == 0)
                continue;
            var give = Math.Min(excess, Math.Max(0, widths[i] - Math.Max(columns[i].Least, columns[i].Title.Length)));
            widths[i] -= give;
            excess -= give;
        }
    }

    private void PrintRow(Printer printer, int[] widths, Func<int, Cell> cellOf)
    {
        for (var i = 0; i < widths.Length; i++)
        {
            var cell = cellOf(i);
            var text = columns[i].CutMiddle ? Columns.CutMiddle(cell.Text, widths[i]) : Columns.CutEnd(cell.Text, widths[i]);
            var blanks = new string(' ', Math.Max(0, widths[i] - Columns.Of(text)));
            if (columns[i].Right)
                printer.Put(blanks);
            printer.Put(text, cell.Tone);
            if (i == widths.Length - 1)
                break;
            printer.Put((columns[i].Right ? "" : blanks) + new string(' ', Gap));
        }
        printer.End();
    }
}
