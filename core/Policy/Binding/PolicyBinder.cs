using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Binding;

/// <summary>The spec of a recording policy, but for its targets and its masking.</summary>
internal static class PolicyBinder
{
    public static RecordingPolicySpec Spec(MappingReader from, PolicyKind kind) => new()
    {
        NamespaceSelector = kind == PolicyKind.ClusterRecordingPolicy ? from.Object("namespaceSelector", Selector) : null,
        Selector = from.Object("selector", Selector),
        Mode = from.Choice<RecordingMode>("mode"),
        Capture = from.Object("capture", Capture),
        Identity = from.Object("identity", identity => new IdentitySpec { Jwt = identity.Object("jwt", Jwt) }),
        RunKeys = from.Objects("runKeys", key => new RunKeySpec { Header = key.Text("header") }),
        Session = from.Object("session", Session),
        Spool = from.Object("spool", Spool),
        Record = from.Object("record", Record),
        Limits = from.Object("limits", Limits),
        Trust = from.Object("trust", trust => new TrustSpec { AdditionalCAs = trust.Object("additionalCAs", Secret) }),
        Targets = from.Objects("targets", TargetBinder.Target),
        Masking = from.Object("masking", MaskingBinder.Masking),
        Store = from.Object("store", store => new StoreReference { Name = store.Text("name") }),
        Retention = from.Object("retention", retention => new RetentionSpec { Days = retention.Number("days") }),
    };

    public static ObjectMetadata Metadata(MappingReader from)
    {
        from.Ignore("generateName", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "finalizers", "ownerReferences");
        return new ObjectMetadata
        {
            Name = from.Text("name"),
            Namespace = from.Text("namespace"),
            Labels = from.TextMap("labels"),
            Annotations = from.TextMap("annotations"),
        };
    }

    private static LabelSelectorSpec Selector(MappingReader from) => new()
    {
        MatchLabels = from.TextMap("matchLabels"),
        MatchExpressions = from.Objects("matchExpressions", expression => new LabelRequirement
        {
            Key = expression.Text("key"),
            Operator = expression.Choice<LabelOperator>("operator"),
            Values = expression.Texts("values") ?? [],
        }),
    };

    private static CaptureSpec Capture(MappingReader from) => new()
    {
        Mode = from.Choice<CaptureMode>("mode"),
        Inbound = from.Choice<InboundMode>("inbound"),
        Unmatched = from.Choice<UnmatchedMode>("unmatched"),
        Uninterceptable = from.Choice<UninterceptableMode>("uninterceptable"),
    };

    private static JwtIdentitySpec Jwt(MappingReader from) => new()
    {
        Header = from.Text("header"),
        Issuer = from.Text("issuer"),
        Audiences = from.Texts("audiences") ?? [],
        GroupsClaim = from.Text("groupsClaim"),
        Required = from.Flag("required"),
    };

    private static SessionSpec Session(MappingReader from) => new()
    {
        IdleTimeout = from.Duration("idleTimeout"),
        MaxAge = from.Duration("maxAge"),
    };

    private static SpoolSpec Spool(MappingReader from) => new()
    {
        SizeLimit = from.Size("sizeLimit"),
        FlushInterval = from.Duration("flushInterval"),
        HeadInterval = from.Duration("headInterval"),
    };

    private static RecordSpec Record(MappingReader from) => new()
    {
        Bodies = from.Object("bodies", bodies => new BodiesSpec { Limit = bodies.Size("limit") }),
        Rows = from.Scalar<RowsLimit>("rows", ScalarReader.Rows, "All, Count or First(n) with n from 1"),
    };

    private static LimitsSpec Limits(MappingReader from) => new()
    {
        BytesPerSession = from.Size("bytesPerSession"),
        RecordsPerSecond = from.Number("recordsPerSecond"),
        OpenChannels = from.Number("openChannels"),
    };

    private static SecretReference Secret(MappingReader from) => new() { SecretName = from.Text("secretName") };
}
