using System.Net;
using System.Net.Sockets;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Sidecar.Record;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>Where a connection goes, found out before anything of it is read.</summary>
/// <param name="Destination">Address and port.</param>
/// <param name="Ways">That, and what to try where nobody is there.</param>
/// <param name="Targets">Whose traffic is whose, by the names that are proven for it.</param>
internal sealed record Passage(IPEndPoint Destination, IReadOnlyList<IPEndPoint> Ways, CapturedTargets Targets)
{
    /// <summary>Host and port that our proxy was asked for; null where the agent connected itself.</summary>
    public string? Authority { get; init; }

    /// <summary>Whether the agent said the address itself, by connecting to it or in words; else it said a name.</summary>
    public bool IsByAddress { get; init; } = true;

    /// <summary>The connection there, where it was opened already.</summary>
    public Socket? Dialled { get; init; }

    /// <summary>What the agent is told before anything else.</summary>
    public ReadOnlyMemory<byte> Greeting { get; init; }

    /// <summary>What it sent already.</summary>
    public ReadOnlyMemory<byte> Ahead { get; init; }

    /// <summary>What is known before it speaks.</summary>
    public ChannelFacts FactsOf(EffectiveTarget? target, string? name) => new(target?.Name ?? CapturedTargets.Unmatched)
    {
        Destination = IsByAddress ? Destination.ToString() : null,
        Dialled = IsByAddress || Dialled is null ? null : Destination.ToString(),
        Authority = Authority,
        Name = name,
        OnlyCountedFor = target is null && Targets.UnmatchedMode == UnmatchedMode.Pass ? "unmatched" : null,
    };

    /// <summary>Address and port that were dialled, where that is not what the agent said.</summary>
    public string? OtherThanMeant(Socket? dialled) => OtherThanMeant(dialled?.RemoteEndPoint as IPEndPoint);

    public string? OtherThanMeant(IPEndPoint? there) => there is not null && !(IsByAddress && there.Equals(Destination)) ? there.ToString() : null;
}
