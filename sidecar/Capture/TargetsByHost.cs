using System.Net;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Record;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>
/// The targets of one captured HTTP connection: each request says a host of its own, and many hosts may live behind one address or one
/// certificate. All go where the connection goes; what differs is whose they are, and whether they may pass. Any thread.
/// </summary>
internal sealed class TargetsByHost : IDisposable
{
    private const int MostKept = 64;

    private static readonly RecorderAnswer Unmatched = new(403, "Forbidden", "no target of the policy is this host here (capture.unmatched: Deny)");
    private static readonly RecorderAnswer TooMany = new(421, "Misdirected Request", "too many hosts on one connection; open another one");
    private static readonly RecorderAnswer Protocol = new(403, "Forbidden", "the policy says that this target does not speak HTTP");

    private readonly IPEndPoint _destination;
    private readonly CapturedRoute _route;
    private readonly CapturedTargets _targets;
    private readonly ServerName? _proven;
    private readonly Lock _lock = new();
    private readonly HttpTarget _tooMany;
    private readonly Dictionary<string, HttpTarget> _byHost = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="destination">Where the connection goes.</param>
    /// <param name="route">The way there.</param>
    /// <param name="targets">Whose traffic is whose.</param>
    /// <param name="facts">What is known of the connection.</param>
    /// <param name="proven">The name that its certificate bore out; null in plaintext.</param>
    public TargetsByHost(IPEndPoint destination, CapturedRoute route, CapturedTargets targets, ChannelFacts facts, ServerName? proven)
    {
        (_destination, _route, _targets, _proven) = (destination, route, targets, proven);
        Any = new HttpTarget(facts, route) { ByHost = Of };
        _tooMany = new HttpTarget(facts, route) { Refusal = TooMany };
    }

    /// <summary>Stands for all of them.</summary>
    public HttpTarget Any { get; }

    /// <summary>Whether any request came.</summary>
    public bool IsUsed { get; private set; }

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
            IsUsed = true;
            // exchanges may still be under way on those that were made: nothing is thrown out before the end
            if (_byHost.TryGetValue(host, out var known))
                return known;
            return _byHost.Count >= MostKept ? _tooMany : _byHost[host] = Make(NameOf(host));
        }
    }

    private HttpTarget Make(string host)
    {
        var target = _proven is { } proven ? Behind(proven.Text, host) : _targets.OfClaimed(host, _destination);
        // whoever says another host to a target's address does not get round what is forbidden there, nor who says a target's host to another address,
        // were it another target's: several may live behind one
        var there = target ?? (_proven is null ? _targets.OfAddress(_destination, out _) : null);
        return new HttpTarget(_proven is null ? Any.Facts with { Target = target?.Name ?? CapturedTargets.Unmatched } : Any.Facts, _route)
        {
            Guard = _targets.GuardOf(there, _targets.OfSaid(host, _destination)),
            Refusal = target is null ? _targets.UnmatchedMode == UnmatchedMode.Deny ? Unmatched : null
                : target.Protocol is TargetProtocol.Auto or TargetProtocol.HTTP ? null : Protocol,
        };
    }

    /// <summary>Inside TLS another host than the one proven may be another's, who shares address and certificate (domain fronting).</summary>
    private EffectiveTarget? Behind(string proven, string host)
    {
        var target = _targets.OfProven(proven, _destination);
        return host.Equals(proven, StringComparison.OrdinalIgnoreCase) || _targets.UnmatchedMode != UnmatchedMode.Deny
            || ReferenceEquals(_targets.OfProven(host, _destination), target)
            ? target
            : null;
    }

    private static string NameOf(string host)
    {
        var port = host.LastIndexOf(':');
        var name = port > host.LastIndexOf(']') ? host[..port] : host;
        return name.EndsWith('.') && name.Length > 1 ? name[..^1] : name; // a whole name, and the same (RFC 3986 3.2.2)
    }
}
