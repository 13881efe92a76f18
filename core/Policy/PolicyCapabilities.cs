using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy;

/// <summary>
/// The fields that a build enforces, by path (<c>spec.targets[].listen</c>), some only with certain values
/// (<c>spec.targets[].protocol=HTTP|TCP</c>). A path also stands for everything below it. A field that is not named
/// is refused: what nobody thought of is not enforced.
/// </summary>
/// <param name="Fields">The fields.</param>
public sealed record PolicyCapabilities(IReadOnlyList<string> Fields)
{
    /// <summary>What the sidecar of this build enforces when it is run by hand.</summary>
    public static PolicyCapabilities ByHand { get; } = new(
    [
        "apiVersion", "kind", "metadata",
        "spec.selector", "spec.namespaceSelector",
        "spec.mode", "spec.capture.mode=Listeners|Proxy|Redirect", "spec.runKeys", "spec.session", "spec.spool", "spec.trust.additionalCAs",
        "spec.record.bodies.limit", "spec.record.rows=All", "spec.limits",
        "spec.targets[].name", "spec.targets[].listen", "spec.targets[].protocol=HTTP|TCP",
        "spec.targets[].upstream.address", "spec.targets[].upstream.host",
        "spec.targets[].upstream.tls.mode=Verify|Disable|Passthrough", "spec.targets[].upstream.tls.serverName",
        "spec.targets[].guard[].name", "spec.targets[].guard[].deny.method", "spec.targets[].guard[].deny.path", "spec.targets[].guard[].deny.tool",
        "spec.masking.detectors", "spec.masking.tagGuessable", "spec.masking.rules", "spec.masking.headers", "spec.masking.json",
        "spec.masking.inline=false",
    ])
    {
        Captured =
        [
            "spec.capture.unmatched", "spec.capture.uninterceptable",
            "spec.targets[].hosts", "spec.targets[].ports", "spec.targets[].cidrs", "spec.targets[].protocol=Auto",
        ],
        Redirected = ["spec.capture.inbound"],
    };

    /// <summary>
    /// What it enforces in a cluster: there the policy says where recordings go, and all is redirected where it says nothing else. How long they are
    /// kept is taken and told apart (<c>RetentionEnforced=False</c>).
    /// </summary>
    public static PolicyCapabilities InCluster { get; } = ByHand.With("spec.store", "spec.retention", "spec.folder", "spec.azureBlob") with { Silent = CaptureMode.Redirect, TakesStores = true };

    /// <summary>The capture mode of a policy that writes none.</summary>
    public CaptureMode Silent { get; init; } = CaptureMode.Listeners;

    /// <summary>Whether documents of kind RecordingStore are read.</summary>
    public bool TakesStores { get; init; }

    /// <summary>What it enforces besides where traffic comes by other ways than the targets' listeners, by proxy or by redirection.</summary>
    public IReadOnlyList<string> Captured { get; init; } = [];

    /// <summary>What it enforces besides where all of the pod's traffic is redirected to it.</summary>
    public IReadOnlyList<string> Redirected { get; init; } = [];

    /// <summary>These and more, for a build that enforces more.</summary>
    public PolicyCapabilities With(params ReadOnlySpan<string> fields) => this with { Fields = [.. Fields, .. fields] };
}
