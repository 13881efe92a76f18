using System.Text.Json;
using K8sRecorder.Dialects.Mcp;

namespace K8sRecorder.Plugin.Transcript;

/// <summary>The <c>mcp</c> of an exchange in JSON. Arguments and results are text that holds JSON, because they may be cut.</summary>
internal static class McpJson
{
    public static void Write(Utf8JsonWriter json, McpExchange mcp, int chars)
    {
        json.WriteStartObject("mcp");
        if (mcp.Version is { } version)
            json.WriteString("version", version);
        if (mcp.Call is { } call)
        {
            if (call.Method is { } method)
                json.WriteString("method", method);
            WriteAsked(json, call, chars);
        }
        if (mcp.Answer is { } answer)
            WriteAnswer(json, answer, chars);
        json.WriteBoolean("streamed", mcp.IsStream);
        json.WriteStartArray("messages");
        foreach (var message in mcp.Messages)
            WriteMessage(json, message, chars);
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in mcp.Findings)
            json.WriteStringValue(finding);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, McpMessage message, int chars)
    {
        json.WriteStartObject();
        json.WriteString("from", message.Direction == McpDirection.ToServer ? "agent" : "target");
        json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(message.Kind.ToString()));
        if (message.Id is { } id)
            json.WriteString("id", id.Trim('"'));
        if (message.Method is { } method)
            json.WriteString("method", method);
        WriteAsked(json, message, chars);
        WriteAnswer(json, message, chars);
        json.WriteEndObject();
    }

    private static void WriteAsked(Utf8JsonWriter json, McpMessage message, int chars)
    {
        if (message.Tool is { } tool)
            json.WriteString("tool", tool);
        if (message.Subject is { } subject)
            json.WriteString("subject", subject);
        WriteText(json, "arguments", message.Arguments, chars);
    }

    private static void WriteAnswer(Utf8JsonWriter json, McpMessage message, int chars)
    {
        WriteText(json, "result", message.Result, chars);
        if (message.IsFailure)
            json.WriteBoolean("failed", true);
        if (message.Error is not { } error)
            return;
        json.WriteStartObject("error");
        if (error.Code is { } code)
            json.WriteNumber("code", code);
        json.WriteString("message", error.Message);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text, int chars)
    {
        if (text is null)
            return;
        var (shown, leftOut) = Excerpt.Of(text, chars);
        json.WriteString(name, shown);
        if (leftOut is not null)
            json.WriteBoolean(name + "IsCut", true);
    }
}
