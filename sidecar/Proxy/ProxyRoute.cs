using System.Net.Security;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Capture;
using K8sRecorder.Sidecar.Parse.Http;

namespace K8sRecorder.Sidecar.Proxy;

/// <summary>To a host that a request names, in plaintext, dialled when the request was judged and recorded; nowhere, where that was refused.</summary>
internal sealed class ProxyRoute(ProxyAuthority asked, CapturedRoute? way, TimeProvider time) : IRoute, IDisposable
{
    private bool _isLate;

    public string Host => asked.Host;

    public int Port => asked.Port;

    public bool IsTls => false;

    public bool KeepsHost => true;

    public TimeProvider Time => time;

    public RecorderAnswer Unreachable => _isLate ? ProxyAnswers.Late : ProxyAnswers.Unreachable;

    public async ValueTask<Wire?> DialAsync(IReadOnlyList<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
    {
        if (way is null)
            return null;
        using var timeout = new CancellationTokenSource(ProxyDialler.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var wire = await way.DialAsync(protocols, either.Token);
        _isLate = wire is null && (way.WasLate || timeout.IsCancellationRequested);
        return wire;
    }

    public ValueTask<bool> TakesHttp2Async() => ValueTask.FromResult(false);

    public void Dispose() => way?.Dispose();
}
