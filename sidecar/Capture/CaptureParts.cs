using K8sRecorder.Sidecar.Parse.Http2;
using K8sRecorder.Sidecar.Pipeline;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Sidecar.Capture;

/// <summary>What captured connections have in common.</summary>
internal sealed record CaptureParts(
    CapturedTargets Targets, Refusals Refusals, LeafCertificates Leaves, TlsClientSide Client, RecorderPipeline Pipeline, Http2Server Http2, IReadOnlyList<int> OwnPorts)
{
    public TimeProvider Time => Pipeline.Settings.Time;

    /// <summary>Looks names up.</summary>
    public HostLookup Lookup { get; } = new();

    /// <summary>Who does not take our certificates.</summary>
    public UnreadClients Unread { get; } = new(Pipeline.Settings.Time);
}
