using K8sRecorder.Dialects.Exchanges;
using K8sRecorder.Plugin.Output;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>Prints model calls as a conversation: of each turn what was not shown before.</summary>
internal sealed class ModelCallPrinter(Printer output, int chars)
{
    private const int LabelWidth = 11;
    private readonly Conversations _conversations = new();

    public void Print(HttpView view)
    {
        var model = view.Model!;
        var turn = _conversations.Add(view.Seq, model);
        if (turn.Known > 0)
        {
            output.Beside(
                Label(TranscriptPrinter.Out, "…"), Tone.Faint,
                FormattableString.Invariant($"{Amount.Count(turn.Known, "message", "messages")} as in #{turn.Continues}"), Tone.Faint);
        }
        foreach (var message in model.Messages.Skip(turn.Known))
        {
            foreach (var part in message.Parts)
                PrintPart(TranscriptPrinter.Out, message.Role, Tone.Agent, part);
        }
        foreach (var choice in model.Choices)
        {
            var role = model.Choices.Count > 1 ? FormattableString.Invariant($"answer {choice.Index + 1}") : "answer";
            foreach (var part in choice.Parts)
                PrintPart(TranscriptPrinter.In, role, Tone.Target, part);
            if (choice.FinishReason is { } reason && !IsOrdinary(reason))
                output.Beside(Label(TranscriptPrinter.In, "ended"), Tone.Caution, reason);
        }
        if (model.Error is { } error)
            output.Beside(Label(TranscriptPrinter.In, "error"), Tone.Bad, error);
        else if (model.Choices.Count == 0 && view.ResponseBytes.Length > 0)
            output.Beside(Label(TranscriptPrinter.In, ""), Tone.Faint, Amount.Bytes(view.ResponseBytes.Length), Tone.Faint);
        if (model.IsPartial)
            output.Beside(Label(TranscriptPrinter.In, "…"), Tone.Caution, "the answer is not whole", Tone.Caution);
    }

    private void PrintPart(string mark, string role, Tone tone, ModelPart part)
    {
        var (label, labelTone, text) = part.Kind switch
        {
            ModelPartKind.Text => (role, tone, part.Text),
            ModelPartKind.Reasoning => ("thinking", Tone.Faint, part.Text),
            ModelPartKind.ToolCall => ("call", Tone.Tool, (part.Name ?? "?") + " " + part.Text),
            ModelPartKind.ToolResult => ("result", Tone.Tool, part.Text),
            _ => (role, tone, $"[{part.Kind.ToString().ToLowerInvariant()} {part.Name}]".Replace(" ]", "]", StringComparison.Ordinal)),
        };
        var (shown, leftOut) = Excerpt.Of(text, chars);
        output.Beside(Label(mark, label), labelTone, shown, part.Kind == ModelPartKind.Reasoning ? Tone.Faint : Tone.Plain);
        if (leftOut is not null)
            output.Beside(Label("    ", ""), Tone.Plain, leftOut, Tone.Faint);
    }

    private static string Label(string mark, string label) => mark + Columns.CutEnd(VisibleText.Line(label), LabelWidth - 2).PadRight(LabelWidth);

    private static bool IsOrdinary(string reason) =>
        reason.ToLowerInvariant() is "stop" or "end_turn" or "tool_calls" or "tool_use" or "stop_sequence" or "completed" or "function_call";
}
