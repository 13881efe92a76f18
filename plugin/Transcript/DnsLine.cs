using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>A DNS question and its answer, or one of the two, as one line.</summary>
internal static class DnsLine
{
    private const int MostAnswers = 4;
    private const int MostColumns = 100;

    public static bool IsDns(SessionRecord record) => record.Kind is "dns.query" or "dns.answer";

    /// <param name="record">A record of DNS.</param>
    /// <param name="isFull">Show all answers, whole.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<List<(string Text, Tone Tone)>> PiecesAsync(SessionRecord record, bool isFull, CancellationToken cancellationToken)
    {
        var type = record.Text("type");
        var (name, nameIsThere) = await ReadAsync(record, "name", cancellationToken);
        var (answers, answersAreThere) = await ReadAsync(record, "answers", cancellationToken);
        var pieces = new List<(string, Tone)>
        {
            ("dns", Tone.Strong),
            ($"{(record.Text("class") is { } other ? other + " " : "")}{type ?? "?"} {(isFull ? name : Columns.CutEnd(VisibleText.Line(name), MostColumns))}", Tone.Plain),
        };
        if (record.Text("transport") is { } transport and not "udp")
            pieces.Add(("by " + transport, Tone.Faint));
        var status = record.Text("status");
        pieces.Add((status ?? "asked", ToneOf(status)));
        if (record.Number("ms") is { } ms)
            pieces.Add(($"{ms}ms", Tone.Faint));
        var lines = Answers(answers, type);
        pieces.AddRange((isFull ? lines : lines.Take(MostAnswers).Select(line => Columns.CutEnd(VisibleText.Line(line), MostColumns))).Select(line => (line, Tone.Target)));
        if (!isFull && lines.Count > MostAnswers)
            pieces.Add(($"… {Amount.Count(lines.Count - MostAnswers, "more", "more")}", Tone.Faint));
        if (record.Flag("truncated"))
            pieces.Add(("truncated", Tone.Caution));
        if (record.Number("stripped") is { } stripped)
            pieces.Add(($"{stripped} stripped", Tone.Caution));
        if (!nameIsThere || !answersAreThere)
            pieces.Add(("parts are missing", Tone.Caution));
        return pieces;
    }

    /// <summary>The text of a content field, and whether all of it is there.</summary>
    public static async Task<(string Text, bool IsThere)> ReadAsync(SessionRecord record, string field, CancellationToken cancellationToken)
    {
        if (record.Content(field) is not { } reference)
            return ("", true);
        var content = await record.Session.ReadAsync(reference, cancellationToken);
        return (content.ToString(), content.IsComplete);
    }

    /// <summary>The answer section: of each record its data, and its type where it is not the one that was asked for.</summary>
    private static List<string> Answers(string text, string? type)
    {
        var answers = new List<string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith(";; option", StringComparison.Ordinal))
                continue;
            if (line.StartsWith(";;", StringComparison.Ordinal))
                break;
            var record = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            answers.Add(type is not null && record.StartsWith(type + " ", StringComparison.Ordinal) ? record[(type.Length + 1)..] : record);
        }
        return answers;
    }

    private static Tone ToneOf(string? status) => status switch
    {
        null => Tone.Faint,
        "NOERROR" => Tone.Good,
        "refused" or "malformed" or "unsupported" => Tone.Bad,
        _ => Tone.Caution,
    };
}
