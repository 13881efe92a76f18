using System.Net;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Guard;
using K8sRecorder.Sidecar.Identify;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>
/// Which target captured traffic is of, and what becomes of it where it is of none. A name that an agent says proves nothing by itself: it
/// counts where a certificate bears it out, or where our resolver gave the address for that very name.
/// </summary>
internal sealed class CapturedTargets
{
    /// <summary>Stands for a target's name where there is none; no target may be called so.</summary>
    public const string Unmatched = "unmatched";

    /// <summary>The same for connections that the agent accepts.</summary>
    public const string Inbound = "inbound";

    private const int MostOthers = 4;

    private readonly EffectivePolicy _policy;
    private readonly INames _names;
    private readonly TargetMap _map;
    private readonly Dictionary<EffectiveTarget, HttpGuard?> _guards;

    public CapturedTargets(EffectivePolicy policy, INames names)
    {
        (_policy, _names, _map) = (policy, names, new TargetMap(policy.Targets));
        _guards = policy.Targets.ToDictionary(
            target => target, target => HttpGuard.Of(target.Guard), (IEqualityComparer<EffectiveTarget>)ReferenceEqualityComparer.Instance);
    }

    private CapturedTargets(CapturedTargets other, INames names) => (_policy, _names, _map, _guards) = (other._policy, names, other._map, other._guards);

    public UnmatchedMode UnmatchedMode => _policy.Unmatched;

    /// <summary>The same by other names.</summary>
    public CapturedTargets With(INames names) => new(this, names);

    /// <summary>Whether traffic of this target, or of none, may pass at all.</summary>
    public bool MayPass(EffectiveTarget? target) => target is not null || UnmatchedMode != UnmatchedMode.Deny;

    /// <summary>Whether what cannot be read goes there all the same, counted. Not where something is forbidden there: it could not be seen.</summary>
    public bool MayGoUnread(EffectiveTarget? target) => _policy.Uninterceptable == UninterceptableMode.RecordMetadata && GuardOf(target) is null;

    /// <summary>
    /// Whether bytes may go there that are not HTTP, as far as we can tell. Not where a guard judges requests: what we do not take for one may
    /// still be one to the target.
    /// </summary>
    public bool MayBeRaw(EffectiveTarget? target) => target is null or { Protocol: TargetProtocol.TCP } || (target.Protocol == TargetProtocol.Auto && GuardOf(target) is null);

    /// <summary>What must not reach it; null where everything may.</summary>
    public HttpGuard? GuardOf(EffectiveTarget? target) => target is null ? null : _guards[target];

    /// <summary>By a name that a certificate bears out, or the address.</summary>
    public EffectiveTarget? OfProven(string name, IPEndPoint destination) => _map.ByName(name, destination.Port) ?? _map.ByAddress(destination);

    /// <summary>By a name that is only claimed.</summary>
    public EffectiveTarget? OfClaimed(string name, IPEndPoint destination) =>
        (_names.Gave(name, destination.Address) ? _map.ByName(name, destination.Port) : null) ?? _map.ByAddress(destination);

    /// <summary>Whether it is known without asking anybody that this is an address of that name, or of a target whatever its name.</summary>
    public bool IsPlaceOf(string name, IPEndPoint destination) => _names.Gave(name, destination.Address) || _map.ByAddress(destination) is not null;

    /// <summary>By a name that proves nothing: enough to forbid something, never to let it pass.</summary>
    public EffectiveTarget? OfSaid(string name, IPEndPoint destination) => _map.ByName(name, destination.Port);

    /// <summary>By the address alone: any name that it was given for will do, and among several the first target of the policy.</summary>
    public EffectiveTarget? OfAddress(IPEndPoint destination, out string? name)
    {
        name = null;
        EffectiveTarget? found = null;
        foreach (var each in _names.NamesOf(destination.Address))
        {
            name ??= each;
            if (_map.ByName(each, destination.Port) is not { } target || (found is not null && !IsBefore(target, found)))
                continue;
            (found, name) = (target, each);
        }
        return found ?? _map.ByAddress(destination);
    }

    /// <summary>
    /// Where a connection may go: where the agent wanted it to or, should nobody be there, to another address that our resolver gave for the same
    /// name. The agent cannot try that itself: its connection was accepted before we knew.
    /// </summary>
    public IReadOnlyList<IPEndPoint> WaysTo(IPEndPoint destination)
    {
        var target = OfAddress(destination, out var name);
        // one that is a target's by its address alone goes nowhere else
        if (name is null || (target is not null && !ReferenceEquals(_map.ByName(name, destination.Port), target)))
            return [destination];
        return [destination, .. _names.AddressesOf(name).Where(address => !address.Equals(destination.Address)).Take(MostOthers).Select(address => new IPEndPoint(address, destination.Port))];
    }

    private bool IsBefore(EffectiveTarget one, EffectiveTarget other)
    {
        foreach (var target in _policy.Targets)
        {
            if (ReferenceEquals(target, one))
                return true;
            if (ReferenceEquals(target, other))
                return false;
        }
        return false;
    }
}
