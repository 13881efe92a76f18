using System.Net.Security;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Capture;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Proxy;

/// <summary>To a host that a request names, in plaintext; nowhere, where that was refused.</summary>
internal sealed class ProxyRoute(ProxyAuthority asked, CapturedRoute? way) : IRoute, IDisposable
{
    public string Host => asked.Host;

    public int Port => asked.Port;

    public bool IsTls => false;

    public bool KeepsHost => true;

    public ValueTask<Wire?> DialAsync(IReadOnlyList<SslApplicationProtocol> protocols, CancellationToken cancellationToken) =>
        way?.DialAsync(protocols, cancellationToken) ?? ValueTask.FromResult<Wire?>(null);

    public ValueTask<bool> TakesHttp2Async() => ValueTask.FromResult(false);

    public void Dispose() => way?.Dispose();
}
