using System.Net.Security;
using K8sRecorder.Sidecar.Accept;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>How a target is reached.</summary>
internal interface IRoute
{
    /// <summary>Name or address, an IPv6 address without brackets.</summary>
    string Host { get; }

    int Port { get; }

    bool IsTls { get; }

    /// <summary>Whether the agent's own Host goes on; else it becomes the name above.</summary>
    bool KeepsHost { get; }

    /// <summary>The clock of whatever has its time on it.</summary>
    TimeProvider Time { get; }

    /// <summary>What the agent is told after a try that led nowhere.</summary>
    RecorderAnswer Unreachable => RecorderAnswer.Unreachable;

    /// <summary>Connects, and speaks TLS where it is spoken; null if the target could not be reached or believed.</summary>
    ValueTask<Wire?> DialAsync(IReadOnlyList<SslApplicationProtocol> protocols, CancellationToken cancellationToken);

    /// <summary>Whether it takes HTTP/2; over TLS that is negotiated.</summary>
    ValueTask<bool> TakesHttp2Async();
}
