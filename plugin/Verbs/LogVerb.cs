using System.CommandLine;
using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Sessions;
using K8sRecorder.Plugin.Transcript;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Plugin.Verbs;

/// <summary><c>log</c>: the transcript of a session.</summary>
internal static class LogVerb
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private static readonly VerbHelp Help = new(
        "Model calls are shown as the conversation they are: of each turn only what was not shown before, streamed answers put together. "
        + "Other HTTP, raw TCP and what happened to the session stand between them. '>' is what the agent sent, '<' what came back. "
        + "Control characters in recorded text are shown, not obeyed.",
        [
            ("the newest session", "kubectl recorder log"),
            ("follow a session while it is recorded", "kubectl recorder log -f 01kb"),
            ("every tool that a model asked for", "kubectl recorder log -o json | jq -r '.answers[]?.parts[] | select(.kind == \"toolCall\").name'"),
        ],
        VerbHelp.ReadingExitCodes);

    public static Verb Create(VerbContext context)
    {
        var session = SharedOptions.Session(optional: true);
        var follow = new Option<bool>("--follow", "-f") { Description = "go on while the session is recorded; entries come as they end" };
        var since = new Option<long>("--since-seq") { Description = "begin with the record of this number", HelpName = "SEQ" };
        var full = new Option<bool>("--full") { Description = "show long texts whole" };
        var raw = new Option<bool>("--raw") { Description = "the records as they stand in the recording, one a line" };
        var format = SharedOptions.Format("json");
        var verb = new Verb("log", "Show what an agent and its targets said, in order.", Help, (parsed, token) =>
            RunAsync(
                context, parsed, parsed.GetValue(session),
                new Request(parsed.GetValue(follow), parsed.GetValue(since), parsed.GetValue(full), parsed.GetValue(raw), parsed.GetValue(format) == "json"),
                token));
        verb.Add(session);
        foreach (var option in new Option[] { follow, since, full, raw, format })
            verb.Add(option);
        return verb;
    }

    private static async Task<int> RunAsync(VerbContext context, ParseResult parsed, string? named, Request request, CancellationToken cancellationToken)
    {
        await using var store = context.OpenStore(parsed);
        var session = await SessionFinder.OpenAsync(store, named, cancellationToken);
        var chars = request.Full ? int.MaxValue : Excerpt.Chars;
        if (request.Raw)
        {
            await WriteRawAsync(context, session, request, cancellationToken);
        }
        else if (request.Json)
        {
            var json = new TranscriptJson(context.PrintJson(), chars);
            await ShowAsync(context, session, request, json.PrintAsync, cancellationToken);
        }
        else
        {
            using var output = context.Print();
            SessionLine.Print(output, session);
            output.Flush();
            await ShowAsync(context, session, request, new TranscriptPrinter(output, chars).PrintAsync, cancellationToken);
        }
        foreach (var finding in session.Findings)
            context.Note($"note: {finding.Sentence}{(finding.Key is { } key ? $" ({key})" : "")}; 'kubectl recorder verify {session.Id}' judges");
        if (!request.Follow && !session.IsClosed && context.Terminal.Width is not null)
            context.Note("note: the session is not closed; -f follows it");
        return ExitCode.Good;
    }

    private static async Task WriteRawAsync(VerbContext context, SessionReader session, Request request, CancellationToken cancellationToken)
    {
        // Not disposed: the terminal's stream stays open.
        var output = new BufferedStream(context.Terminal.Out, 64 * 1024);
        await foreach (var record in RecordsAsync(context, session, request, cancellationToken))
        {
            output.Write(record.Line.Span);
            output.WriteByte((byte)'\n');
            if (request.Follow)
                output.Flush();
        }
        output.Flush();
    }

    private static async Task ShowAsync(
        VerbContext context, SessionReader session, Request request, Func<TranscriptItem, CancellationToken, Task> print, CancellationToken cancellationToken)
    {
        var order = new TranscriptOrder(request.Follow);
        await foreach (var record in RecordsAsync(context, session, request, cancellationToken))
        {
            foreach (var item in order.Add(record))
                await print(item, cancellationToken);
        }
        foreach (var item in order.Rest())
            await print(item, CancellationToken.None);   // after ctrl-c, too, what has begun is shown
    }

    /// <summary>The records that are there, and following those that come, until the session is closed or somebody has enough.</summary>
    private static async IAsyncEnumerable<SessionRecord> RecordsAsync(
        VerbContext context, SessionReader session, Request request,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = request.SinceSeq;
        while (true)
        {
            await foreach (var record in session.RecordsAsync(next, cancellationToken))
            {
                next = record.Seq + 1;
                yield return record;
            }
            if (!request.Follow || session.IsClosed || !await WaitAsync(context, session, cancellationToken))
                yield break;
        }
    }

    private static async Task<bool> WaitAsync(VerbContext context, SessionReader session, CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                await Task.Delay(PollInterval, context.Time, cancellationToken);
            }
            while (!await HasNewsAsync(session, cancellationToken));
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;   // ctrl-c is how following ends
        }
    }

    private static async Task<bool> HasNewsAsync(SessionReader session, CancellationToken cancellationToken)
    {
        try
        {
            return await session.RefreshAsync(cancellationToken) > 0;
        }
        catch (StoreException e) when (e.IsTransient)
        {
            return false;   // the next round asks again
        }
    }

    private sealed record Request(bool Follow, long SinceSeq, bool Full, bool Raw, bool Json);
}
