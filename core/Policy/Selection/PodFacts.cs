namespace K8sRecorder.Policy.Selection;

/// <summary>What selection looks at: nothing that is not in the request or in the cache of namespaces.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="NamespaceLabels">Its namespace's labels.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">Its annotations.</param>
public sealed record PodFacts(
    string Namespace,
    IReadOnlyDictionary<string, string> NamespaceLabels,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>What the namespace's label says; exactly the lower-case words count.</summary>
    public NamespaceRecording Recording => NamespaceLabels.GetValueOrDefault(RecordingKeys.NamespaceLabel) switch
    {
        "enabled" => NamespaceRecording.Enabled,
        "required" => NamespaceRecording.Required,
        "disabled" => NamespaceRecording.Disabled,
        _ => NamespaceRecording.Absent,
    };

    /// <summary>What the pod's own annotation says.</summary>
    public RecordAnnotation Record => Annotations.GetValueOrDefault(RecordingKeys.Record) switch
    {
        null => RecordAnnotation.Absent,
        "true" => RecordAnnotation.True,
        "false" => RecordAnnotation.False,
        _ => RecordAnnotation.Unknown,
    };

    /// <summary>The policy that the pod names, if any.</summary>
    public string? NamedPolicy => Annotations.GetValueOrDefault(RecordingKeys.Policy);
}
