namespace K8sRecorder.Policy.Model;

/// <summary>What a policy asks for, as written: null or empty is what the author left out.</summary>
public sealed record RecordingPolicySpec
{
    /// <summary>Which namespaces; only in a ClusterRecordingPolicy.</summary>
    public LabelSelectorSpec? NamespaceSelector { get; init; }

    /// <summary>Which pods.</summary>
    public LabelSelectorSpec? Selector { get; init; }

    /// <summary>What happens when the spool is behind.</summary>
    public RecordingMode? Mode { get; init; }

    /// <summary>How traffic gets to the recorder.</summary>
    public CaptureSpec? Capture { get; init; }

    /// <summary>Who is behind an exchange.</summary>
    public IdentitySpec? Identity { get; init; }

    /// <summary>Where the agent says which run an exchange belongs to.</summary>
    public IReadOnlyList<RunKeySpec> RunKeys { get; init; } = [];

    /// <summary>How long a session lasts.</summary>
    public SessionSpec? Session { get; init; }

    /// <summary>Size and clocks of the spool.</summary>
    public SpoolSpec? Spool { get; init; }

    /// <summary>How much is recorded.</summary>
    public RecordSpec? Record { get; init; }

    /// <summary>What one session may take.</summary>
    public LimitsSpec? Limits { get; init; }

    /// <summary>Whom upstreams may be certified by.</summary>
    public TrustSpec? Trust { get; init; }

    /// <summary>The targets, in the order written.</summary>
    public IReadOnlyList<TargetSpec> Targets { get; init; } = [];

    /// <summary>What is masked.</summary>
    public MaskingSpec? Masking { get; init; }

    /// <summary>Which RecordingStore.</summary>
    public StoreReference? Store { get; init; }

    /// <summary>How long recordings are kept.</summary>
    public RetentionSpec? Retention { get; init; }
}
