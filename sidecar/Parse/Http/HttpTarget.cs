using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>A target that speaks HTTP: where its exchanges go, and over which client.</summary>
internal sealed class HttpTarget : IDisposable
{
    private readonly TimeProvider _time;
    private bool? _takesHttp2;

    public HttpTarget(string name, EffectiveUpstream upstream, TimeProvider time)
    {
        _time = time;
        Name = name;
        Upstream = upstream;
        Client = UpstreamClient.Create(upstream);
        var host = upstream.Host.Contains(':', StringComparison.Ordinal) ? $"[{upstream.Host}]" : upstream.Host;
        var standardPort = IsTls ? 443 : 80;
        Authority = upstream.Port == standardPort ? host : $"{host}:{upstream.Port}";
        Prefix = $"{(IsTls ? "https" : "http")}://{host}:{upstream.Port}";
    }

    public string Name { get; }

    public EffectiveUpstream Upstream { get; }

    public HttpMessageInvoker Client { get; }

    public bool IsTls => Upstream.Tls != UpstreamTlsMode.Disable;

    /// <summary>What the Host field says where the policy gives the upstream's name.</summary>
    public string Authority { get; }

    /// <summary>Scheme, host and port: what a path is put behind.</summary>
    public string Prefix { get; }

    /// <summary>Whether an exchange that came by HTTP/2 can go on by it; over TLS that is negotiated, in plaintext asked once.</summary>
    public ValueTask<bool> TakesHttp2Async() =>
        IsTls ? ValueTask.FromResult(true) : _takesHttp2 is { } known ? ValueTask.FromResult(known) : AskAsync();

    public void Dispose() => Client.Dispose();

    // two that ask at the same time hear the same
    private async ValueTask<bool> AskAsync()
    {
        var answer = await Http2Probe.AskAsync(Upstream.Host, Upstream.Port, _time);
        _takesHttp2 = answer;
        return answer ?? false;
    }
}
