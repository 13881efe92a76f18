namespace K8sRecorder.Policy.Selection;

/// <summary>What becomes of a pod, and why.</summary>
/// <param name="Outcome">What becomes of it.</param>
/// <param name="Reason">Why it is not recorded; None where it is.</param>
public readonly record struct RecordingDecision(RecordingOutcome Outcome, NotRecordedReason Reason)
{
    private static readonly RecordingDecision Inject = new(RecordingOutcome.Inject, NotRecordedReason.None);

    /// <summary>The decision for a pod and the policies that <see cref="PolicySelection"/> found for it.</summary>
    public static RecordingDecision For(PodFacts pod, SelectedPolicies policies)
    {
        var decision = For(pod.Recording, pod.Record, policies.IsSelected || policies.Missing is not null, policies.Applying.Count > 0);
        // Whoever is recorded by another policy than the one that was named would be thought to be recorded by that.
        return decision.Outcome == RecordingOutcome.Inject && policies.Missing is not null
            ? NotInjected(pod.Recording, NotRecordedReason.PolicyNotFound)
            : decision;
    }

    /// <summary>
    /// The table of label and annotation. <paramref name="isSelected"/>: a policy asks for the pod; <paramref name="applies"/>: there is
    /// one that it would be recorded by, be it only the floor of its namespace.
    /// </summary>
    public static RecordingDecision For(NamespaceRecording recording, RecordAnnotation annotation, bool isSelected, bool applies) => recording switch
    {
        NamespaceRecording.Disabled => Skip(NotRecordedReason.NamespaceDisabled),
        NamespaceRecording.Required => annotation == RecordAnnotation.True || isSelected || applies
            ? Inject
            : new RecordingDecision(RecordingOutcome.Refuse, NotRecordedReason.NoPolicyApplies),
        _ when annotation == RecordAnnotation.True => Inject,
        _ when annotation == RecordAnnotation.False => Skip(NotRecordedReason.OptedOut),
        NamespaceRecording.Enabled when isSelected => Inject,
        _ when isSelected => Skip(NotRecordedReason.NamespaceNotEnabled),
        _ => Skip(annotation == RecordAnnotation.Unknown ? NotRecordedReason.AnnotationUnknown : NotRecordedReason.NotSelected),
    };

    /// <summary>A pod that cannot be injected for this reason: refused where recording is required, else let in unrecorded.</summary>
    public static RecordingDecision NotInjected(NamespaceRecording recording, NotRecordedReason reason) =>
        new(recording == NamespaceRecording.Required ? RecordingOutcome.Refuse : RecordingOutcome.Skip, reason);

    private static RecordingDecision Skip(NotRecordedReason reason) => new(RecordingOutcome.Skip, reason);
}
