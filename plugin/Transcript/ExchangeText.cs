using K8sRecorder.Dialects.Mcp;
using K8sRecorder.Recording.Reading;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>What a list says of an exchange on one line.</summary>
internal static class ExchangeText
{
    private const int Chars = 300;

    public static string SessionId(this Exchange exchange) => exchange.First.Records[0].Session.Id;

    public static string Of(HttpView view)
    {
        if (view.Model?.IndexText(Chars) is { Length: > 0 } text)
            return text;
        if (view is { Model: null, Mcp: { } mcp })
            return McpText(mcp);
        return view.Status is { } status && view.Model is null
            ? FormattableString.Invariant($"{view.Method} {view.Path} {status}")
            : $"{view.Method} {view.Path}";
    }

    /// <summary>Method, tool and the beginning of its arguments.</summary>
    private static string McpText(McpExchange mcp)
    {
        var text = "mcp " + mcp.Title + (mcp.Call is { Tool: not null, Arguments: { } arguments } ? " " + arguments : "");
        text = text.ReplaceLineEndings(" ");
        return text.Length <= Chars ? text : text[..(char.IsHighSurrogate(text[Chars - 2]) ? Chars - 2 : Chars - 1)] + "…";
    }
}
