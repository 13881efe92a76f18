using System.Net.Sockets;

namespace K8sRecorder.Sidecar;

/// <summary>Messages of accepting: 1000 to 1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Warning, "a connection to {Target} could not be taken ({Error})")]
    public static partial void AcceptFailed(this ILogger logger, string target, SocketError error);
}
