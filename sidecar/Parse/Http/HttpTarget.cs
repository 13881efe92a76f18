using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>A target that speaks HTTP: where its exchanges go, and over which client.</summary>
internal sealed class HttpTarget : IDisposable
{
    private volatile bool _plaintextTakesHttp2 = true;

    public HttpTarget(string name, EffectiveUpstream upstream)
    {
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

    /// <summary>False once a plaintext upstream answered prior-knowledge HTTP/2 with something else (there is no negotiation without TLS).</summary>
    public bool PlaintextTakesHttp2
    {
        get => _plaintextTakesHttp2;
        set => _plaintextTakesHttp2 = value;
    }

    public void Dispose() => Client.Dispose();
}
