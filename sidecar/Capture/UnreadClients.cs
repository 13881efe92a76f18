using System.Net;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>
/// Which clients did not take our certificate where: for a while they are let through unread, where the policy lets pass what cannot be read. A
/// client is told by the shape of its handshake, so that it takes nobody else's recording away. Bounded. Any thread.
/// </summary>
internal sealed class UnreadClients(TimeProvider time)
{
    /// <summary>Who says nothing for longer than this after a handshake, and leaves, had another reason than our certificate.</summary>
    public static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    private const int Most = 1024;

    /// <summary>A client that spoke there lately takes our certificate: one that leaves now and then has thought better of it.</summary>
    private const int LeavesOfOneThatSpoke = 3;

    private static readonly TimeSpan For = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly RecentlyUsed<Client, DateTimeOffset> _unread = new(Most);
    private readonly RecentlyUsed<Client, Seen> _seen = new(Most);

    /// <summary>It said that it does not take our certificate.</summary>
    public void Refused(Client client)
    {
        lock (_gate)
            _unread.Set(client, time.GetUtcNow() + For);
    }

    /// <summary>It left right after its handshake without a byte: how Node and .NET say the same.</summary>
    public void Left(Client client)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var seen = _seen.TryGet(client, out var known) && now < known.Until ? known : default;
            if (seen.Leaves + 1 >= (seen.HasSpoken ? LeavesOfOneThatSpoke : 1))
                _unread.Set(client, now + For);
            else
                _seen.Set(client, seen with { Leaves = seen.Leaves + 1 });
        }
    }

    /// <summary>It said something: it takes our certificate.</summary>
    public void Spoke(Client client)
    {
        lock (_gate)
            _seen.Set(client, new Seen(0, HasSpoken: true, time.GetUtcNow() + For));
    }

    /// <summary>Whether it is let through now.</summary>
    public bool Holds(Client client)
    {
        lock (_gate)
            return _unread.TryGet(client, out var until) && time.GetUtcNow() < until;
    }

    /// <summary>A client at a target.</summary>
    /// <param name="Name">The name that it asks for.</param>
    /// <param name="Destination">Where it goes.</param>
    /// <param name="Shape">What it offers (<see cref="Identify.ClientHello.Shape"/>).</param>
    internal readonly record struct Client(string Name, IPEndPoint Destination, ulong Shape);

    private readonly record struct Seen(int Leaves, bool HasSpoken, DateTimeOffset Until);
}
