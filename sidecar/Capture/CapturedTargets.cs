using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
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
    private readonly HashSet<IPAddress> _own;

    public CapturedTargets(EffectivePolicy policy, INames names)
    {
        (_policy, _names, _map) = (policy, names, new TargetMap(policy.Targets));
        _guards = policy.Targets.ToDictionary(
            target => target, target => HttpGuard.Of(target.Guard), (IEqualityComparer<EffectiveTarget>)ReferenceEqualityComparer.Instance);
        // a pod gets its addresses before its containers
        _own = [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(each => each.GetIPProperties().UnicastAddresses).Select(each => each.Address)];
    }

    private CapturedTargets(CapturedTargets other, INames names) =>
        (_policy, _names, _map, _guards, _own) = (other._policy, names, other._map, other._guards, other._own);

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

    /// <summary>What must reach neither of them.</summary>
    public HttpGuard? GuardOf(EffectiveTarget? one, EffectiveTarget? other) =>
        GuardOf(one) is null || ReferenceEquals(one, other) ? GuardOf(other)
        : GuardOf(other) is null ? GuardOf(one)
        : HttpGuard.Of([.. one!.Guard, .. other!.Guard]);

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
    /// name. The agent cannot try that itself: its connection was accepted before we knew. Names may be the agent's own, so another address is one of
    /// the same target, or of none as the first, and no forbidden one; and none of the pod itself, the link or a group.
    /// </summary>
    public IReadOnlyList<IPEndPoint> WaysTo(IPEndPoint destination)
    {
        var target = OfAddress(destination, out var name);
        // one that is a target's by its address alone goes nowhere else
        if (name is null || (target is not null && !ReferenceEquals(_map.ByName(name, destination.Port), target)))
            return [destination];
        return
        [
            destination,
            .. _names.AddressesOf(name).Where(address => !address.Equals(destination.Address) && IsElsewhere(address)).Select(address => new IPEndPoint(address, destination.Port))
                .Where(way => OfAddress(way, out _) is var other && (ReferenceEquals(other, target) || (target is not null && GuardOf(other) is null))).Take(MostOthers),
        ];
    }

    /// <summary>Neither this pod (RFC 1122 3.2.1.3), nor the link (RFC 3927: a node's metadata live there), nor a group.</summary>
    private bool IsElsewhere(IPAddress address)
    {
        if (_own.Contains(address))
            return false;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return !(IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6LinkLocal || address.IsIPv6Multicast);
        var bytes = address.GetAddressBytes();
        return bytes[0] is not (0 or 127 or >= 224) && bytes is not [169, 254, ..];
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
