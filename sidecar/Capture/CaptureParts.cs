using System.Collections.Concurrent;
using System.Net;
using K8sRecorder.Sidecar.Parse.Http2;
using K8sRecorder.Sidecar.Pipeline;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>What captured connections have in common.</summary>
internal sealed record CaptureParts(
    CapturedTargets Targets, Refusals Refusals, LeafCertificates Leaves, TlsClientSide Client, RecorderPipeline Pipeline, Http2Server Http2, IReadOnlyList<int> OwnPorts)
{
    private const int MostPinned = 1024;
    private static readonly TimeSpan PinnedFor = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(string Name, IPEndPoint Destination), DateTimeOffset> _pinned = new();

    public TimeProvider Time => Pipeline.Settings.Time;

    /// <summary>An agent does not take our certificate for this name: for a while it is let through, counted and not read.</summary>
    public void NotePinned(string name, IPEndPoint destination)
    {
        if (_pinned.Count >= MostPinned)
            _pinned.Clear();
        _pinned[(name, destination)] = Time.GetUtcNow() + PinnedFor;
    }

    public bool IsPinned(string name, IPEndPoint destination) => _pinned.TryGetValue((name, destination), out var until) && Time.GetUtcNow() < until;
}
