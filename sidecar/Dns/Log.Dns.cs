using System.Net.Sockets;

namespace K8sRecorder.Sidecar;

/// <summary>Messages of DNS: 2200 to 2299. Never a name.</summary>
internal static partial class Log
{
    [LoggerMessage(2200, LogLevel.Warning, "dns: questions could not be read ({Error})")]
    public static partial void DnsReadFailed(this ILogger logger, SocketError error);

    [LoggerMessage(2201, LogLevel.Error, "dns: a question could not be answered ({Failure})")]
    public static partial void DnsFailed(this ILogger logger, string failure);
}
