using System.Net.Security;
using System.Text;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Guard;
using K8sRecorder.Sidecar.Parse.Http1;
using K8sRecorder.Sidecar.Parse.Http2;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Parse.Http;

/// <summary>A target that speaks HTTP: where its exchanges go, and how.</summary>
internal sealed class HttpTarget : IDisposable
{
    private static readonly SslApplicationProtocol[] Http11 = [SslApplicationProtocol.Http11];

    private readonly IRoute _route;
    private readonly Lazy<HttpMessageInvoker> _client;

    public HttpTarget(ChannelFacts facts, IRoute route, int maxConnectionsForHttp2 = int.MaxValue)
    {
        _route = route;
        Facts = facts;
        _client = new Lazy<HttpMessageInvoker>(() => UpstreamClient.Create(
            route, maxConnectionsForHttp2, code => NoteHttp2Error?.Invoke(code) ?? ValueTask.CompletedTask));
        var host = route.Host.Contains(':', StringComparison.Ordinal) ? $"[{route.Host}]" : route.Host;
        var standardPort = IsTls ? 443 : 80;
        Authority = route.Port == standardPort ? host : $"{host}:{route.Port}";
        HostInstead = route.KeepsHost ? null : Encoding.Latin1.GetBytes(Authority);
        Prefix = $"{(IsTls ? "https" : "http")}://{host}:{route.Port}";
    }

    public string Name => Facts.Target;

    public ChannelFacts Facts { get; }

    /// <summary>What must not reach it; null where everything may.</summary>
    public HttpGuard? Guard { get; init; }

    /// <summary>Why nothing goes there; null where it does.</summary>
    public RecorderAnswer? Refusal { get; init; }

    /// <summary>What the agent is told where nobody could be reached.</summary>
    public RecorderAnswer Unreachable => _route.Unreachable;

    /// <summary>Whether its exchanges were asked of a proxy of ours: then they name their host in the request target, and fields for a proxy end here.</summary>
    public bool IsProxied { get; init; }

    /// <summary>Whose an exchange is by the host it names, where a connection alone does not say it; null where it does.</summary>
    public Func<string, HttpTarget>? ByHost { get; init; }

    /// <summary>Is told the code of an error with which it ends a connection of HTTP/2; set by who sends something there.</summary>
    public Func<uint, ValueTask>? NoteHttp2Error { get; set; }

    /// <summary>Sends what came by HTTP/2.</summary>
    public HttpMessageInvoker Client => _client.Value;

    public bool IsTls => _route.IsTls;

    /// <summary>What the Host field says where the policy gives the upstream's name.</summary>
    public string Authority { get; }

    /// <summary>The same as bytes; null where the agent's own Host goes on.</summary>
    public byte[]? HostInstead { get; }

    /// <summary>Scheme, host and port: what a path is put behind.</summary>
    public string Prefix { get; }

    /// <summary>
    /// The Host that goes on instead of the agent's; null where its own does. A proxy puts the request target's there (RFC 9112 3.2.2), where that is
    /// not what it says already.
    /// </summary>
    public byte[]? HostFor(HttpHead head) =>
        !IsProxied || (head.Has(HttpFieldName.Host) && RequestTarget.AgreesWithHost(head)) ? HostInstead : Encoding.Latin1.GetBytes(Authority);

    /// <summary>Whether both go by the same connection.</summary>
    public bool IsSameWayAs(HttpTarget other) => ReferenceEquals(_route, other._route);

    /// <summary>The target of an exchange on its connection.</summary>
    public HttpTarget Of(HttpHead head) => ByHost is null ? this : ByHost(Encoding.Latin1.GetString(head.First(HttpFieldName.Host)));

    /// <summary>Opens a connection for HTTP/1.1; null if the target could not be reached or believed.</summary>
    public ValueTask<Wire?> DialAsync(CancellationToken cancellationToken) => _route.DialAsync(Http11, cancellationToken);

    /// <summary>Whether an exchange that came by HTTP/2 can go on by it.</summary>
    public ValueTask<bool> TakesHttp2Async() => _route.TakesHttp2Async();

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }
}
