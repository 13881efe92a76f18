using System.Net.Security;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http2;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>To the upstream that a policy names.</summary>
internal sealed class UpstreamRoute(EffectiveUpstream upstream, Dialler dialler) : IRoute
{
    private bool? _takesHttp2;

    public string Host => upstream.Host;

    public int Port => upstream.Port;

    public bool IsTls => upstream.Tls != UpstreamTlsMode.Disable;

    public bool KeepsHost => upstream.HostHeader == UpstreamHostMode.Preserve;

    public TimeProvider Time => dialler.Time;

    public async ValueTask<Wire?> DialAsync(IReadOnlyList<SslApplicationProtocol> protocols, CancellationToken cancellationToken) =>
        await dialler.DialAsync(upstream, protocols, cancellationToken) is { } dialled ? new Wire(dialled.Socket, dialled.Tls) : null;

    /// <summary>In plaintext it is asked once.</summary>
    public ValueTask<bool> TakesHttp2Async() =>
        IsTls ? ValueTask.FromResult(true) : _takesHttp2 is { } known ? ValueTask.FromResult(known) : AskAsync();

    // two that ask at the same time hear the same
    private async ValueTask<bool> AskAsync()
    {
        var answer = await Http2Probe.AskAsync(upstream.Host, upstream.Port, dialler.Time);
        _takesHttp2 = answer;
        return answer ?? false;
    }
}
