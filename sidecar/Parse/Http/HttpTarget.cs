using System.Net.Security;
using System.Text;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Parse.Http2;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>A target that speaks HTTP: where its exchanges go, and how.</summary>
internal sealed class HttpTarget : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Lazy<HttpMessageInvoker> _client;
    private bool? _takesHttp2;

    public HttpTarget(string name, EffectiveUpstream upstream, TimeProvider time, int maxConnectionsForHttp2 = int.MaxValue)
    {
        _time = time;
        Name = name;
        Upstream = upstream;
        _client = new Lazy<HttpMessageInvoker>(() => UpstreamClient.Create(upstream, maxConnectionsForHttp2));
        var host = upstream.Host.Contains(':', StringComparison.Ordinal) ? $"[{upstream.Host}]" : upstream.Host;
        var standardPort = IsTls ? 443 : 80;
        Authority = upstream.Port == standardPort ? host : $"{host}:{upstream.Port}";
        HostInstead = upstream.HostHeader == UpstreamHostMode.Preserve ? null : Encoding.Latin1.GetBytes(Authority);
        Prefix = $"{(IsTls ? "https" : "http")}://{host}:{upstream.Port}";
    }

    public string Name { get; }

    public EffectiveUpstream Upstream { get; }

    /// <summary>Sends what came by HTTP/2.</summary>
    public HttpMessageInvoker Client => _client.Value;

    public bool IsTls => Upstream.Tls != UpstreamTlsMode.Disable;

    /// <summary>What the Host field says where the policy gives the upstream's name.</summary>
    public string Authority { get; }

    /// <summary>The same as bytes; null where the agent's own Host goes on.</summary>
    public byte[]? HostInstead { get; }

    /// <summary>Scheme, host and port: what a path is put behind.</summary>
    public string Prefix { get; }

    /// <summary>Opens a connection for HTTP/1.1; null if the target could not be reached or believed.</summary>
    public async ValueTask<Wire?> DialAsync(CancellationToken cancellationToken) =>
        await Dialling.DialAsync(Upstream, SslApplicationProtocol.Http11, _time, cancellationToken) is { } dialled
            ? new Wire(dialled.Socket, dialled.Tls)
            : null;

    /// <summary>Whether an exchange that came by HTTP/2 can go on by it; over TLS that is negotiated, in plaintext asked once.</summary>
    public ValueTask<bool> TakesHttp2Async() =>
        IsTls ? ValueTask.FromResult(true) : _takesHttp2 is { } known ? ValueTask.FromResult(known) : AskAsync();

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    // two that ask at the same time hear the same
    private async ValueTask<bool> AskAsync()
    {
        var answer = await Http2Probe.AskAsync(Upstream.Host, Upstream.Port, _time);
        _takesHttp2 = answer;
        return answer ?? false;
    }
}
