using System.Net;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>
/// The targets of one plaintext HTTP connection: each request says a host of its own. All go to the same address; what differs is whose they
/// are, and whether they may pass. Any thread.
/// </summary>
internal sealed class TargetsByHost : IDisposable
{
    private const int MostKept = 64;

    private static readonly RecorderAnswer Unmatched = new(403, "Forbidden", "no target of the policy is this host at this address (capture.unmatched: Deny)");
    private static readonly RecorderAnswer TooMany = new(421, "Misdirected Request", "too many hosts on one connection; open another one");
    private static readonly RecorderAnswer Protocol = new(403, "Forbidden", "the policy says that this target does not speak HTTP");

    private readonly IPEndPoint _destination;
    private readonly CapturedRoute _route;
    private readonly CapturedTargets _targets;
    private readonly Lock _lock = new();
    private readonly HttpTarget _tooMany;
    private readonly Dictionary<string, HttpTarget> _byHost = new(StringComparer.OrdinalIgnoreCase);

    public TargetsByHost(IPEndPoint destination, CapturedRoute route, CapturedTargets targets)
    {
        (_destination, _route, _targets) = (destination, route, targets);
        Any = new HttpTarget(new ChannelFacts(CapturedTargets.Unmatched) { Destination = destination.ToString() }, route) { ByHost = Of };
        _tooMany = new HttpTarget(Any.Facts, route) { Refusal = TooMany };
    }

    /// <summary>Stands for all of them.</summary>
    public HttpTarget Any { get; }

    public void Dispose()
    {
        Any.Dispose();
        lock (_lock)
        {
            foreach (var target in _byHost.Values)
                target.Dispose();
        }
    }

    private HttpTarget Of(string host)
    {
        lock (_lock)
        {
            // exchanges may still be under way on those that were made: nothing is thrown out before the end
            if (_byHost.TryGetValue(host, out var known))
                return known;
            return _byHost.Count >= MostKept ? _tooMany : _byHost[host] = Make(host);
        }
    }

    private HttpTarget Make(string host)
    {
        var target = _targets.OfClaimed(NameOf(host), _destination);
        return new HttpTarget(new ChannelFacts(target?.Name ?? CapturedTargets.Unmatched) { Destination = _destination.ToString() }, _route)
        {
            Refusal = target is null ? _targets.UnmatchedMode == UnmatchedMode.Deny ? Unmatched : null
                : target.Protocol is TargetProtocol.Auto or TargetProtocol.HTTP ? null : Protocol,
        };
    }

    private static string NameOf(string host)
    {
        var port = host.LastIndexOf(':');
        return port > host.LastIndexOf(']') ? host[..port] : host;
    }
}
