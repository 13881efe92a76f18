namespace K8sRecorder.Operator.Injection;

/// <summary>What every pod of an installation gets alike; from the chart, never from a pod.</summary>
internal sealed record InjectionOptions
{
    /// <summary>The sidecar's image, by digest: <c>registry/name@sha256:…</c>.</summary>
    public required string Image { get; init; }

    /// <summary>Whether the image is pulled; by digest it need not be asked for again.</summary>
    public string PullPolicy { get; init; } = "IfNotPresent";

    /// <summary>The recorder's uid, which is nobody else's.</summary>
    public long Uid { get; init; } = 64532;

    /// <summary>The installation, part of the audience of the recorder's token.</summary>
    public required string InstallId { get; init; }

    /// <summary>Where the recorder asks for its policy.</summary>
    public required string OperatorUrl { get; init; }

    /// <summary>PEM of the authority that the operator's certificate is by. In the pod's own spec, because whoever is audited may edit ConfigMaps.</summary>
    public required string OperatorAuthority { get; init; }

    /// <summary>The oldest kubelet of a node that takes pods, minor version of 1.x; null where it is not known.</summary>
    public int? OldestNodeMinor { get; init; }

    /// <summary>Namespaces that are never recorded: the cluster's own and the operator's.</summary>
    public IReadOnlySet<string> ExcludedNamespaces { get; init; } = new HashSet<string> { "kube-system", "kube-public", "kube-node-lease" };

    /// <summary>The RecordingStore of policies that name none.</summary>
    public string DefaultStore { get; init; } = "default";

    /// <summary>CPU of the recorder, request and limit.</summary>
    public string Cpu { get; init; } = "500m";

    /// <summary>Memory of the recorder, request and limit.</summary>
    public string Memory { get; init; } = "256Mi";

    /// <summary>The audience of the recorder's token.</summary>
    public string Audience => $"recorder.k8srecorder.io/{InstallId}";
}
