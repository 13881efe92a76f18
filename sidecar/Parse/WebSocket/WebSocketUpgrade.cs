using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.WebSocket;

/// <summary>Tells the two heads of an opening handshake (RFC 6455 4.1, 4.2.2); what else is in them the ends check themselves.</summary>
internal static class WebSocketUpgrade
{
    /// <summary>Whether a head names WebSocket, and nothing else, as the protocol to go on with.</summary>
    public static bool IsNamedBy(HttpHead head) =>
        head.CountOf(HttpFieldName.Upgrade) == 1 && HttpFieldNames.Is(head.First(HttpFieldName.Upgrade), "websocket"u8);
}
