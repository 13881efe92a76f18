using System.Text;
using K8sRecorder.Dialects.Exchanges;
using K8sRecorder.Dialects.Tools;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Guard;

/// <summary>What an agent is told of a denial, in the words of what it speaks. Nothing in it is from the request but the ids that JSON-RPC asks for.</summary>
internal static class DenialAnswer
{
    /// <summary>Of JSON-RPC, in the range for implementations and outside of what MCP took of it.</summary>
    private const int RpcError = -32010;

    /// <summary>A batch of more is answered as one.</summary>
    private const int MaxIds = 1000;

    public static RecorderAnswer To(HttpHead head, string rule, string? reason)
    {
        var message = Message(rule, reason);
        if (IsGrpc(head))
            return new RecorderAnswer(200, "OK", message, "application/grpc", [], [("grpc-status", "7"), ("grpc-message", $"k8srecorder: {message}")]);
        var api = ModelErrors.ApiOf(Encoding.Latin1.GetString(head.Method), Encoding.Latin1.GetString(head.Target));
        if (ModelErrors.Forbidden(api, "k8srecorder: " + message) is not { } body)
            return new RecorderAnswer(403, "Forbidden", message);
        return new RecorderAnswer(403, "Forbidden", message, "application/json", body,
            api is ModelApi.BedrockConverse or ModelApi.BedrockInvoke ? [("x-amzn-ErrorType", "AccessDeniedException")] : []);
    }

    /// <summary>To an MCP call: an error in the call's stead, of a batch one for each of its requests.</summary>
    public static RecorderAnswer ToRpc(HttpHead head, string rule, ToolScan scan)
    {
        var message = Message(rule, null);
        var body = new StringBuilder();
        var ids = scan.RequestIds.Count <= MaxIds ? scan.RequestIds : [];
        foreach (var id in ids)
            Append(Encoding.UTF8.GetString(id));
        if (ids.Count == 0)
            Append("null");
        var isBatch = scan.IsBatch && ids.Count > 0;
        var json = Encoding.UTF8.GetBytes(isBatch ? $"[{body}]" : body.ToString());
        // streamable HTTP takes the answer from here, and its clients say so; the older transport takes it from its stream, so here it must fail
        var takesAnswer = ids.Count > 0 && head.First("accept"u8).IndexOf("text/event-stream"u8) >= 0;
        return takesAnswer
            ? new RecorderAnswer(200, "OK", message, "application/json", json, [])
            : new RecorderAnswer(403, "Forbidden", message, "application/json", json, []);

        void Append(string id) => body.Append(body.Length > 0 ? "," : "")
            .Append(System.Globalization.CultureInfo.InvariantCulture, $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{{\"code\":{RpcError},\"message\":\"k8srecorder: {message}\"}}}}");
    }

    private static bool IsGrpc(HttpHead head)
    {
        var type = head.First(HttpFieldName.ContentType);
        return type.Length >= 16 && HttpFieldNames.Is(type[..16], "application/grpc"u8);
    }

    /// <summary>A rule's name is letters, digits and dashes (RFC 1123): it needs no escaping anywhere.</summary>
    private static string Message(string rule, string? reason) => $"denied by rule {rule} of the policy{GuardReason.InWords(reason)}";
}
