namespace K8sRecorder.Kube;

/// <summary>What to watch, and from where on.</summary>
public sealed record WatchOptions
{
    /// <summary>Null: objects of all namespaces.</summary>
    public string? Namespace { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>The version of the list or event that came last; null: the state as it is, then what happens.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>The server ends the watch after this time.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A watch without a byte for this long is taken for dead; servers send bookmarks about once a minute.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(3);
}
