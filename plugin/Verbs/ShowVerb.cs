using System.CommandLine;
using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Sessions;

namespace K8sRecorder.Plugin.Verbs;

/// <summary><c>show</c>: who recorded what in a session.</summary>
internal static class ShowVerb
{
    private static readonly VerbHelp Help = new(
        "What the statement says is shown as it says it; whether it holds is what 'verify' answers.",
        [
            ("the newest session", "kubectl recorder show latest"),
            ("a session by the beginning of its id", "kubectl recorder show 01kb3w0x"),
            ("how often which detector masked something", "kubectl recorder show latest -o json | jq '.masked'"),
        ],
        VerbHelp.ReadingExitCodes);

    public static Verb Create(VerbContext context)
    {
        var session = SharedOptions.Session(optional: true);
        var format = SharedOptions.Format("json", "name");
        var verb = new Verb("show", "Show who recorded what in a session: identity, targets, totals, gaps.", Help, (parsed, token) =>
            RunAsync(context, parsed, parsed.GetValue(session), parsed.GetValue(format), token));
        verb.Add(session);
        verb.Add(format);
        return verb;
    }

    private static async Task<int> RunAsync(VerbContext context, ParseResult parsed, string? named, string? format, CancellationToken cancellationToken)
    {
        await using var store = context.OpenStore(parsed);
        var session = await SessionFinder.OpenAsync(store, named, cancellationToken);
        if (format == "name")
        {
            using var output = context.Print();
            output.Line(session.Id);
            return ExitCode.Good;
        }
        var totals = await SessionTotals.ReadAsync(session, cancellationToken);
        if (format == "json")
        {
            context.PrintJson().Print(json => SessionJson.Write(json, session, totals));
            return ExitCode.Good;
        }
        using (var output = context.Print())
            new SessionPrinter(output, context.Time).Print(session, totals);
        return ExitCode.Good;
    }
}
