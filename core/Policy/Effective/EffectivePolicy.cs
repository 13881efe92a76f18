using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Effective;

/// <summary>The policy in force: every value filled in.</summary>
public sealed record EffectivePolicy
{
    /// <summary>The documents it was made of.</summary>
    public IReadOnlyList<PolicySource> Sources { get; init; } = [];

    /// <summary>What happens when the spool is behind.</summary>
    public RecordingMode Mode { get; init; } = RecordingMode.Buffered;

    /// <summary>How traffic gets to the recorder.</summary>
    public CaptureMode Capture { get; init; }

    /// <summary>Connections that the agent accepts.</summary>
    public InboundMode Inbound { get; init; }

    /// <summary>Traffic that no target names.</summary>
    public UnmatchedMode Unmatched { get; init; }

    /// <summary>Traffic that cannot be read.</summary>
    public UninterceptableMode Uninterceptable { get; init; } = UninterceptableMode.Deny;

    /// <summary>The token that names the user, if any.</summary>
    public JwtIdentitySpec? Jwt { get; init; }

    /// <summary>Headers in which the agent labels its runs, in lower case.</summary>
    public IReadOnlyList<string> RunKeyHeaders { get; init; } = [];

    /// <summary>A session ends after this time without an open channel.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A session ends at this age.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Bytes of spool on disk.</summary>
    public long SpoolSizeLimit { get; init; } = 256L << 20;

    /// <summary>The oldest record of a chunk waits no longer than this.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A head is signed this often while there is news.</summary>
    public TimeSpan HeadInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of a body that are recorded.</summary>
    public long BodyLimit { get; init; } = 16L << 20;

    /// <summary>Rows of a result that are recorded.</summary>
    public RowsLimit Rows { get; init; } = new(RowsMode.All);

    /// <summary>Recorded bytes a session may have.</summary>
    public long BytesPerSession { get; init; } = 4L << 30;

    /// <summary>Records a second a session may have; null: as many as come, for a recorder that nobody limited should not be felt.</summary>
    public int? RecordsPerSecond { get; init; }

    /// <summary>Channels that may be open at a time.</summary>
    public int OpenChannels { get; init; } = 5000;

    /// <summary>Secrets with authorities to believe beside the system's.</summary>
    public IReadOnlyList<string> AdditionalCAs { get; init; } = [];

    /// <summary>The targets.</summary>
    public IReadOnlyList<EffectiveTarget> Targets { get; init; } = [];

    /// <summary>What is masked.</summary>
    public EffectiveMasking Masking { get; init; } = new();

    /// <summary>The RecordingStore's name, if the policy names one.</summary>
    public string? Store { get; init; }

    /// <summary>Days that recordings are kept at least, if the policy says so.</summary>
    public int? RetentionDays { get; init; }
}
