using System.CommandLine;
using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Plugin.Sessions;
using K8sRecorder.Plugin.Transcript;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Verbs;

/// <summary><c>cat</c>: one exchange, exactly.</summary>
internal static class CatVerb
{
    private static readonly VerbHelp Help = new(
        "Bytes are those of the recording: content coding undone, secrets masked. --raw writes them as they are, and nothing else; "
        + "if a part of them is missing or damaged it writes nothing and fails.",
        [
            ("the exchange that begins with record 12 of the newest session", "kubectl recorder cat latest/12"),
            ("the JSON that a model answered, for jq", "kubectl recorder cat latest/12 --response --body --raw | jq ."),
            ("one message of a WebSocket, which 'log' shows as record 31", "kubectl recorder cat latest/31 --raw"),
            ("all bytes that the agent sent on TCP channel 7", "kubectl recorder cat latest/ch7 --request --raw"),
        ],
        VerbHelp.ReadingExitCodes);

    public static Verb Create(VerbContext context)
    {
        var name = new Argument<string>("EXCHANGE") { Description = "SESSION/SEQ (any record of it) or SESSION/chN (its channel)" };
        var request = new Option<bool>("--request") { Description = "only what the agent sent" };
        var response = new Option<bool>("--response") { Description = "only what came back" };
        var head = new Option<bool>("--head") { Description = "only heads" };
        var body = new Option<bool>("--body") { Description = "only bodies" };
        var raw = new Option<bool>("--raw") { Description = "the bytes as they are: nothing shown, nothing added" };
        var format = SharedOptions.Format("json");
        var verb = new Verb("cat", "Print one exchange, exactly.", Help, (parsed, token) => RunAsync(
            context, parsed, ExchangeName.Parse(parsed.GetValue(name)!),
            new Selection(
                parsed.GetValue(request) || !parsed.GetValue(response), parsed.GetValue(response) || !parsed.GetValue(request),
                parsed.GetValue(head) || !parsed.GetValue(body), parsed.GetValue(body) || !parsed.GetValue(head)),
            parsed.GetValue(raw) ? Form.Raw : parsed.GetValue(format) == "json" ? Form.Json : Form.Readable, token));
        verb.Add(name);
        foreach (var option in new Option[] { request, response, head, body, raw, format })
            verb.Add(option);
        return verb;
    }

    private static async Task<int> RunAsync(
        VerbContext context, ParseResult parsed, ExchangeName name, Selection wanted, Form form, CancellationToken cancellationToken)
    {
        await using var store = context.OpenStore(parsed);
        var session = await SessionFinder.OpenAsync(store, name.Session, cancellationToken);
        var pieces = await PiecesAsync(session, name, wanted, cancellationToken);
        switch (form)
        {
            case Form.Raw:
                WriteRaw(context, pieces);
                break;
            case Form.Json:
                var json = context.PrintJson();
                foreach (var piece in pieces)
                    json.Print(piece.Write);
                break;
            default:
                using (var output = context.Print())
                    PrintReadable(output, pieces);
                break;
        }
        return ExitCode.Good;
    }

    private static async Task<List<CatPiece>> PiecesAsync(SessionReader session, ExchangeName name, Selection wanted, CancellationToken cancellationToken)
    {
        var channel = name.Channel;
        SessionRecord? named = null;
        if (name.Seq is { } seq)
        {
            await foreach (var record in session.RecordsAsync(seq, cancellationToken))
            {
                named = record.Seq == seq ? record : null;
                break;
            }
            if (named is null)
                throw NotThere($"record {seq}", session);
            channel = named.Channel ?? throw new CommandException(
                $"record {seq} is '{named.Kind}' and holds no exchange", $"'kubectl recorder log {session.Id} --since-seq {seq}' shows it");
        }
        var http = await session.FindExchangeAsync(channel!.Value, cancellationToken);
        var isMessage = named is { Kind: "ws.message" or "ws.message.data" };
        var pieces = isMessage
            ? await CatPieces.OfMessagesAsync(session, channel.Value, named, cancellationToken)
            : http is not null
            ? await CatPieces.OfHttpAsync(http, wanted.Head, wanted.Body, cancellationToken)
            : await CatPieces.OfStreamAsync(session, channel.Value, named is { Kind: "tcp.data" } ? named.Seq : null, cancellationToken);
        if (named is null && wanted.Body && http is { OpensWebSocket: true })
            pieces.AddRange(await CatPieces.OfMessagesAsync(session, channel.Value, null, cancellationToken));
        if (pieces.Count == 0)
            throw NotThere($"exchange in channel {channel}", session);
        return [.. pieces.Where(piece => piece.FromAgent ? wanted.Request : wanted.Response)];
    }

    private static CommandException NotThere(string what, SessionReader session) =>
        new($"no {what} in session {session.Id}", $"'kubectl recorder log {session.Id}' shows what is there");

    private static void WriteRaw(VerbContext context, List<CatPiece> pieces)
    {
        foreach (var piece in pieces)
        {
            if (!piece.IsComplete)
            {
                throw new CommandException(
                    $"record {piece.Seq}: {piece.Problem}; nothing was written",
                    "without --raw what is there is shown; 'kubectl recorder verify' says what is missing");
            }
        }
        foreach (var piece in pieces)
            context.Terminal.Out.Write(piece.Bytes.Span);
        context.Terminal.Out.Flush();
    }

    private static void PrintReadable(Printer output, List<CatPiece> pieces)
    {
        var first = true;
        foreach (var piece in pieces)
        {
            if (!first)
                output.End();
            first = false;
            piece.Print(output);
        }
    }

    private enum Form
    {
        Readable,
        Json,
        Raw,
    }

    private readonly record struct Selection(bool Request, bool Response, bool Head, bool Body);
}
