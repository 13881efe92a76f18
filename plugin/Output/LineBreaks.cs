namespace K8sRecorder.Plugin.Output;

/// <summary>Breaks a line into rows of a width, at blanks where there are some.</summary>
internal static class LineBreaks
{
    private const int TabStop = 4;

    public static IEnumerable<string> Of(string line, int? width)
    {
        if (width is not { } columns)
        {
            yield return line;
            yield break;
        }
        line = line.Replace("\t", new string(' ', TabStop), StringComparison.Ordinal).TrimEnd(' ');
        columns = Math.Max(columns, 8);
        // What is indented stays so on its further rows, unless that would leave no room.
        var margin = line[..(line.Length - line.AsSpan().TrimStart(' ').Length)];
        if (margin.Length > columns / 2)
            margin = "";
        var first = true;
        while (first || line.Length > 0)
        {
            var room = first ? columns : columns - margin.Length;
            var taken = Math.Max(Columns.Fit(line, room), Math.Min(line.Length, 1));
            if (taken < line.Length && line[taken] != ' ')
            {
                var blank = line.LastIndexOf(' ', taken - 1);
                if (blank > Math.Max(taken / 3, first ? margin.Length : 0))
                    taken = blank;
            }
            if (taken > 0 && taken < line.Length && char.IsHighSurrogate(line[taken - 1]))
                taken++;
            yield return (first ? "" : margin) + line[..taken].TrimEnd(' ');
            line = line[taken..].TrimStart(' ');
            first = false;
        }
    }
}
