using K8sRecorder.Plugin.Output;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>Prints a transcript to be read: <c>&gt;</c> is what the agent sent, <c>&lt;</c> what came back.</summary>
internal sealed class TranscriptPrinter(Printer output, int chars)
{
    public const string Out = "  > ";
    public const string In = "  < ";
    private const int MostRun = 40;
    private readonly ModelCallPrinter _models = new(output, chars);
    private readonly McpPrinter _mcp = new(output, chars);
    private readonly NewMasks _masks = new();
    private readonly RecordPrinter _records = new(output, chars);

    public async Task PrintAsync(TranscriptItem item, CancellationToken cancellationToken)
    {
        if (item.Exchange is not { } exchange)
        {
            await _records.PrintAsync(item.Record, cancellationToken);
            output.Flush();
            return;
        }
        var view = await HttpView.ReadAsync(exchange, withBodies: true, cancellationToken);
        PrintHead(view);
        if (exchange.OpensWebSocket)
            _records.Name(exchange.Channel, exchange.Target); // its messages follow
        if (view.Model is not null)
            _models.Print(view);
        else if (view.Mcp is { } mcp)
            _mcp.Print(mcp);
        else
            PrintBodies(view);
        output.Flush();
    }

    /// <summary>The colour of a status.</summary>
    public static Tone ToneOf(int? status) => status switch
    {
        null => Tone.Caution,
        >= 500 => Tone.Bad,
        >= 400 => Tone.Caution,
        _ => Tone.Good,
    };

    private void PrintHead(HttpView view)
    {
        var status = view.Status is { } code ? Invariant($"{code}") : "no response";
        if (view.Exchange.Response?.Origin == "recorder")
            status += " (by the recorder)";
        var facts = new List<(string Text, Tone Tone)> { (status, ToneOf(view.Status)) };
        if (view.Duration is { } duration)
            facts.Add((Amount.Duration(duration), Tone.Faint));
        if (view.Model is { } model)
            facts.AddRange(ModelFacts(model));
        else if (view.Mcp is { } mcp)
            facts.Add(("mcp" + (mcp.Version is { } version ? " " + Columns.CutEnd(VisibleText.Line(version), MostRun) : ""), Tone.Plain));
        if (view.Run is { Length: > 0 } run)
            facts.Add(("run " + Columns.CutEnd(VisibleText.Line(run), MostRun), Tone.Faint));
        if (_masks.NewIn(view) is { Count: > 0 } masked)
            facts.Add(("masked " + string.Join(", ", masked), Tone.Caution));
        if (view.Trouble is { } trouble)
            facts.Add((trouble, Tone.Caution));
        output.Flow(
            RecordPrinter.Indent,
            [(Invariant($"#{view.Seq}"), Tone.Strong), (Amount.Clock(view.At), Tone.Faint), (view.Exchange.Target, Tone.Strong), (Request(view), Tone.Plain), .. facts]);
    }

    /// <summary>On a terminal a long path gives way in its middle.</summary>
    private string Request(HttpView view) => view.Method + " " + (output.Width is { } width
        ? Columns.CutMiddle(VisibleText.Line(view.Path), Math.Max(24, width / 2 - view.Method.Length))
        : view.Path);

    private static IEnumerable<(string, Tone)> ModelFacts(Dialects.Exchanges.ModelExchange model)
    {
        if (model.Model is { } name)
            yield return (name, Tone.Plain);
        if (model.Usage is { } usage && (usage.Input ?? usage.Output) is not null)
            yield return (Invariant($"{usage.Input ?? 0}→{usage.Output ?? 0} tokens"), Tone.Faint);
    }

    private void PrintBodies(HttpView view)
    {
        PrintBody(Out, Tone.Agent, view.Exchange.Request, view.RequestHead, view.RequestBytes);
        PrintBody(In, Tone.Target, view.Exchange.Response, view.ResponseHead, view.ResponseBytes);
    }

    private void PrintBody(string mark, Tone tone, HttpMessage? message, MessageHead? head, byte[] bytes)
    {
        var size = message?.Body?.Size ?? bytes.Length;
        if (size == 0)
            return;
        var type = head?.Value("content-type") ?? "no content type";
        var (text, leftOut) = Excerpt.Of(bytes, Math.Min(chars, chars == int.MaxValue ? chars : Excerpt.BodyChars));
        output.Put(mark, tone).Line(type + ", " + Amount.Bytes(size), Tone.Faint);
        if (text.Length > 0)
            output.Block(text, mark.Length);
        if (leftOut is not null)
            output.Block(leftOut, mark.Length, Tone.Faint);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
