using K8sRecorder.Dialects.Mcp;
using K8sRecorder.Plugin.Output;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>Prints the messages of MCP: what was asked, of which tool, and what came back.</summary>
internal sealed class McpPrinter(Printer output, int chars)
{
    private const int LabelWidth = 11;

    public void Print(McpExchange mcp)
    {
        foreach (var message in mcp.Messages)
            Print(message);
        if (mcp.HasRest)
            output.Beside(Label(TranscriptPrinter.In, "…"), Tone.Caution, "not all of it is messages", Tone.Caution);
        foreach (var finding in mcp.Findings)
            output.Beside(Label(TranscriptPrinter.Out, "finding"), Tone.Bad, finding, Tone.Bad);
    }

    private void Print(McpMessage message)
    {
        var mark = message.Direction == McpDirection.ToServer ? TranscriptPrinter.Out : TranscriptPrinter.In;
        var (label, tone, text) = message.Kind switch
        {
            McpMessageKind.Error => ("error", Tone.Bad, $"{message.Error?.Code} {message.Error?.Message}"),
            McpMessageKind.Result => (message.IsFailure ? "failed" : "result", message.IsFailure ? Tone.Bad : Tone.Tool, message.ResultText ?? message.Result ?? ""),
            McpMessageKind.Request => (message.Tool is null ? "request" : "call", Tone.Tool, Named(message)),
            _ => ("notice", Tone.Faint, Named(message)),
        };
        var (shown, leftOut) = Excerpt.Of(text, chars);
        output.Beside(Label(mark, label), tone, shown, message.Kind == McpMessageKind.Error ? Tone.Bad : Tone.Plain);
        if (leftOut is not null)
            output.Beside(Label("    ", ""), Tone.Plain, leftOut, Tone.Faint);
    }

    private static string Named(McpMessage message) =>
        message.Tool is { } tool ? $"{tool} {message.Arguments}"
        : string.Join(' ', new[] { message.Method, message.Subject, message.Arguments is null or "{}" || message.Subject is not null ? null : message.Arguments }.OfType<string>());

    private static string Label(string mark, string label) => mark + label.PadRight(LabelWidth);
}
