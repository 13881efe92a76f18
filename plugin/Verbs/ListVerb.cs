using System.CommandLine;
using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Plugin.Sessions;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Plugin.Verbs;

/// <summary><c>list</c>: exchanges, or sessions, newest first.</summary>
internal static class ListVerb
{
    private const int DefaultLimit = 50;

    /// <summary>On a narrower terminal sessions are listed by short ids.</summary>
    private const int RoomForIds = 110;

    private static readonly VerbHelp Help = new(
        "The text of a model call is the newest message of the user or a tool; of other HTTP the request line. "
        + "The ID is what 'cat' takes. Times are UTC.",
        [
            ("the newest exchanges", "kubectl recorder list"),
            ("what the pods of team-a asked models about refunds in the last two hours", "kubectl recorder list -n team-a --target openai --since 2h --grep refund"),
            ("sessions", "kubectl recorder list --sessions"),
            ("the slowest exchanges", "kubectl recorder list -o json --limit 1000 | jq -s 'sort_by(-.durationMs)[:5][] | .session, .seq, .durationMs'"),
        ],
        VerbHelp.ReadingExitCodes);

    public static Verb Create(VerbContext context)
    {
        var sessions = new Option<bool>("--sessions") { Description = "list sessions, not exchanges" };
        var since = TimeText.Option("--since", $"only what began at or after this time: {TimeText.Forms}", context.Time);
        var until = TimeText.Option("--until", "only what began before this time", context.Time);
        var space = new Option<string?>("--namespace", "-n") { Description = "only this namespace (with * and ?)", HelpName = "NAME" };
        var pod = new Option<string?>("--pod") { Description = "only this pod (with * and ?)", HelpName = "NAME" };
        var target = new Option<string?>("--target") { Description = "only this target (with * and ?)", HelpName = "NAME" };
        var grep = new Option<string?>("--grep") { Description = "only where the text or the path has this in it, in any case", HelpName = "TEXT" };
        var limit = new Option<int>("--limit") { Description = $"at most so many (default {DefaultLimit})", HelpName = "N", DefaultValueFactory = _ => DefaultLimit };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--limit is at least 1");
        });
        var format = SharedOptions.Format("json", "wide", "name");
        var verb = new Verb("list", "List recorded exchanges, or sessions, newest first.", Help, (parsed, token) =>
        {
            var filter = new ExchangeFilter
            {
                Since = parsed.GetValue(since),
                Until = parsed.GetValue(until),
                Namespace = parsed.GetValue(space),
                Pod = parsed.GetValue(pod),
                Target = parsed.GetValue(target),
                Text = parsed.GetValue(grep),
                Limit = parsed.GetValue(limit),
            };
            if (parsed.GetValue(sessions) && (filter.Target ?? filter.Text) is not null)
                throw new CommandException("--sessions does not go with --target or --grep", "leave out one or the other");
            return parsed.GetValue(sessions)
                ? SessionsAsync(context, parsed, filter, parsed.GetValue(format), token)
                : ExchangesAsync(context, parsed, filter, parsed.GetValue(format), token);
        });
        foreach (var option in new Option[] { sessions, since, until, space, pod, target, grep, limit, format })
            verb.Add(option);
        return verb;
    }

    private static async Task<int> ExchangesAsync(VerbContext context, ParseResult parsed, ExchangeFilter filter, string? format, CancellationToken cancellationToken)
    {
        await using var store = context.OpenStore(parsed);
        List<ExchangeRow> rows;
        ExchangeList list;
        using (var progress = new Progress(context.Terminal, context.Time))
        {
            list = new ExchangeList(store, filter, session => progress.Report(() => "reading " + session));
            rows = await list.ReadAsync(cancellationToken);
        }
        if (rows.Count == 0)
            context.Note(list.Sessions.Count == 0 ? NoSessions(store) : "no exchanges found");
        else if (format is null or "wide")
            PrintTable(context, rows, ShortIds.Of(list.Sessions), format == "wide");
        else
            Print(context, rows, format);
        return ExitCode.Good;
    }

    private static void PrintTable(VerbContext context, List<ExchangeRow> rows, Func<string, string> shorten, bool wide)
    {
        using var output = context.Print();
        var time = new TimeColumn(context.Terminal, context.Time);
        var columns = new List<Column>
        {
            new("TIME"), new("NAMESPACE", Least: 6, CutMiddle: true), new("POD", Least: 8, CutMiddle: true), new("TARGET", Least: 6, CutMiddle: true), new("ID"),
        };
        if (wide)
            columns.AddRange([new("STATUS"), new("DURATION", Right: true), new("SENT", Right: true), new("RECEIVED", Right: true), new("MASKED", Right: true), new("MODEL"), new("RUN")]);
        columns.Add(new Column("TEXT", Least: 20));
        var table = new Table([.. columns]);
        foreach (var row in rows)
        {
            var cells = new List<Cell>
            {
                new(time.Text(row.At), Tone.Faint), row.Namespace ?? "-", row.Pod ?? "-", row.Target,
                new(FormattableString.Invariant($"{shorten(row.Session)}/{row.Seq}"), Tone.Strong),
            };
            if (wide)
            {
                cells.AddRange(
                [
                    new(row.Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-", row.Protocol == "http" ? Transcript.TranscriptPrinter.ToneOf(row.Status) : Tone.Plain),
                    row.Duration is { } duration ? Amount.Duration(duration) : "-",
                    Amount.Bytes(row.SentBytes), Amount.Bytes(row.ReceivedBytes),
                    row.Masked == 0 ? "-" : FormattableString.Invariant($"{row.Masked}"), row.Model ?? "-", row.Run ?? "-",
                ]);
            }
            cells.Add(row.Text);
            table.Add([.. cells]);
        }
        table.Print(output);
    }

    private static void Print(VerbContext context, List<ExchangeRow> rows, string format)
    {
        if (format == "name")
        {
            using var output = context.Print();
            foreach (var row in rows)
                output.Line(FormattableString.Invariant($"{row.Session}/{row.Seq}"));
            return;
        }
        var json = context.PrintJson();
        foreach (var row in rows)
            json.Print(writer => ListJson.Write(writer, row));
    }

    private static string NoSessions(IRecordingReader store) => $"no sessions in {store.Url}: nothing was shipped yet, or --store names another place";

    private static async Task<int> SessionsAsync(VerbContext context, ParseResult parsed, ExchangeFilter filter, string? format, CancellationToken cancellationToken)
    {
        await using var store = context.OpenStore(parsed);
        var rows = new List<SessionReader>();
        var any = false;
        using (var progress = new Progress(context.Terminal, context.Time))
        {
            await foreach (var session in SessionList.NewestFirstAsync(store, null, null, cancellationToken))
            {
                progress.Report(() => "reading " + session.Id);
                any = true;
                if (rows.Count == filter.Limit || session.StartedAt < filter.Since)
                    break;
                if (session.StartedAt >= filter.Until)
                    continue;
                var reader = await SessionReader.OpenAsync(store, session.Id, cancellationToken);
                if (filter.HasPod(reader.Statement?.Namespace, reader.Statement?.Pod))
                    rows.Add(reader);
            }
        }
        if (rows.Count == 0)
            context.Note(any ? "no sessions found" : NoSessions(store));
        else if (format is null or "wide")
            PrintTable(context, rows, format == "wide");
        else
            Print(context, rows, format);
        return ExitCode.Good;
    }

    private static void PrintTable(VerbContext context, List<SessionReader> rows, bool wide)
    {
        using var output = context.Print();
        var time = new TimeColumn(context.Terminal, context.Time);
        var columns = new List<Column>
        {
            new("SESSION"), new("NAMESPACE", Least: 6, CutMiddle: true), new("POD", Least: 8, CutMiddle: true), new("OPENED"), new("STATE"), new("RECORDS", Right: true), new("STORED", Right: true),
        };
        if (wide)
            columns.AddRange([new("CHUNKS", Right: true), new("PLAIN", Right: true), new("NODE"), new("SERVICEACCOUNT"), new("KEY")]);
        var table = new Table([.. columns]);
        Func<string, string> shorten = !wide && output.Width < RoomForIds ? ShortIds.Of(rows.Select(session => session.Id)) : id => id;
        foreach (var session in rows)
        {
            var statement = session.Statement;
            var cells = new List<Cell>
            {
                new(shorten(session.Id), Tone.Strong), statement?.Namespace ?? "-", statement?.Pod ?? "-",
                time.Text(statement?.OpenedAt ?? session.StartedAt), new(session.IsClosed ? "closed" : "open", session.IsClosed ? Tone.Plain : Tone.Good),
                FormattableString.Invariant($"{session.NextSeq}"), Amount.Bytes(session.Chunks.Sum(chunk => chunk.StoredBytes)),
            };
            if (wide)
            {
                cells.AddRange(
                [
                    FormattableString.Invariant($"{session.Chunks.Count}"), Amount.Bytes(session.Chunks.Sum(chunk => chunk.PlainBytes)),
                    statement?.Node ?? "-", statement?.ServiceAccount ?? "-", statement?.Fingerprint ?? "-",
                ]);
            }
            table.Add([.. cells]);
        }
        table.Print(output);
    }

    private static void Print(VerbContext context, List<SessionReader> rows, string format)
    {
        if (format == "name")
        {
            using var output = context.Print();
            foreach (var session in rows)
                output.Line(session.Id);
            return;
        }
        var json = context.PrintJson();
        foreach (var session in rows)
            json.Print(writer => ListJson.Write(writer, session));
    }
}
