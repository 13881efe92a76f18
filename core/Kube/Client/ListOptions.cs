namespace K8sRecorder.Kube;

/// <summary>Which objects of a kind.</summary>
public sealed record ListOptions
{
    /// <summary>Null: those of all namespaces.</summary>
    public string? Namespace { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>Objects in one answer; the server keeps the rest for the next.</summary>
    public int PageSize { get; init; } = 250;
}
