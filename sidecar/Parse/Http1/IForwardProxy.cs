using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Parse.Http1;

/// <summary>Whom the requests of a connection are for that says so itself, each of them: a connection to a forward proxy (RFC 9110 7.6). One call at a time.</summary>
internal interface IForwardProxy
{
    /// <summary>The target of a request; it is there until the next call.</summary>
    /// <param name="request">The request's head.</param>
    /// <param name="connected">The target that there is a connection to already, if any.</param>
    ValueTask<HttpTarget> TargetOfAsync(HttpHead request, HttpTarget? connected);

    /// <summary>
    /// What a CONNECT asks for (RFC 9110 9.3.6), refused or ready to run; the tunnel is the proxy's to dispose of, and sends the 200 itself.
    /// </summary>
    /// <param name="authority">The request target.</param>
    /// <param name="ahead">What came behind the head: the first bytes of the tunnel.</param>
    ValueTask<(IConnection? Tunnel, RecorderAnswer? Refusal)> OpenTunnelAsync(string authority, ReadOnlyMemory<byte> ahead);
}
