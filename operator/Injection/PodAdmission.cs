using System.Text.Json.Nodes;
using K8sRecorder.Policy.Effective;
using K8sRecorder.Policy.Model;
using K8sRecorder.Policy.Selection;

namespace K8sRecorder.Operator.Injection;

/// <summary>
/// What becomes of a pod at admission. Pure: the pod, its namespace, the policies, and nothing else, so that the same request always has the same answer.
/// <list type="number">
/// <item>label, annotation and selectors: is it to be recorded?</item>
/// <item>does anything about the pod make that impossible?</item>
/// <item>which policy is in force, and where do recordings go?</item>
/// <item>does anything about it make this kind of recording impossible, or, where it is required, worthless?</item>
/// <item>the patch.</item>
/// </list>
/// </summary>
internal static class PodAdmission
{
    /// <summary>Decides. The pod is not changed.</summary>
    public static PodDecision Admit(JsonObject pod, NamespaceFacts ns, PolicyCatalog catalog, InjectionOptions options)
    {
        var metadata = pod.Object("metadata");
        var facts = new PodFacts(ns.Name, ns.Labels, metadata.Map("labels"), metadata.Map("annotations"));

        // Whoever asks for the recorder's token wants to be taken for it; no pod needs that, recorded or not.
        if (Obstacles.WantsOurToken(pod, options.Audience))
            return Without(pod, RecordingOutcome.Refuse, nameof(InjectionReason.RecorderAudience), $"it asks for a token of audience {options.Audience}, which is the recorder's", options);

        // :: Step 1: is it to be recorded?
        var selected = PolicySelection.Of(facts, catalog.Policies);
        var decision = RecordingDecision.For(facts, selected);
        if (decision.Outcome != RecordingOutcome.Inject)
            return Without(pod, decision.Outcome, decision.Reason.ToString(), Words(decision.Reason, selected), options);

        // :: Step 2: does anything make it impossible?
        var obstacle = Obstacles.Find(pod, ns, options);
        if (obstacle is { } impossible)
            return NotInjected(pod, facts, impossible, options);

        // :: Step 3: which policy, and where to?
        foreach (var policy in selected.Applying)
            if (catalog.WhyNotReady(policy) is { } unready)
                return NotInjected(pod, facts, (unready.Reason, $"{policy.Kind} {policy.Metadata.Name}: {unready.Message}"), options);
        var merged = catalog.Merge(selected);
        if (merged.Policy is not { } inForce)
            return NotInjected(pod, facts, (InjectionReason.PolicyConflict, merged.Problems.First(problem => problem.IsBlocking).ToString()), options);
        var (place, reason, message) = catalog.Store(inForce.Store ?? options.DefaultStore);
        if (place is null)
            return NotInjected(pod, facts, (reason, message), options);

        // :: Step 4: does this kind of recording hold?
        var uid = RecorderUid.In(ns, options);
        var authors = pod.DeepClone().AsObject();
        OwnParts.Remove(authors);
        obstacle = Obstacles.Find(authors, ns, inForce.Capture, uid, place.Folder is not null);
        var isRequired = facts.Recording == NamespaceRecording.Required;
        if (obstacle is null && isRequired)
            obstacle = OpenWays.Refused(authors);
        if (obstacle is { } unsound)
            return NotInjected(pod, facts, unsound, options);

        // :: Step 5: the patch
        var injected = pod.DeepClone().AsObject();
        PodInjection.Into(injected, new InjectionPlan(inForce, merged.Digest!, uid, place, isRequired, options));
        return new PodDecision(RecordingOutcome.Inject, "", "recorded", JsonPatch.Between(pod, injected), Warnings(facts, inForce, merged.Problems));
    }

    private static PodDecision NotInjected(JsonObject pod, PodFacts facts, (InjectionReason Reason, string Message) why, InjectionOptions options) =>
        Without(pod, facts.Recording == NamespaceRecording.Required ? RecordingOutcome.Refuse : RecordingOutcome.Skip, why.Reason.ToString(), why.Message, options);

    /// <summary>
    /// A pod that is let in unrecorded says why, and keeps nothing that an earlier pass or somebody else's pen has put there to look recorded. One that
    /// nothing asks to record is left as it is.
    /// </summary>
    private static PodDecision Without(JsonObject pod, RecordingOutcome outcome, string reason, string message, InjectionOptions options)
    {
        var patch = new JsonArray();
        if (outcome == RecordingOutcome.Skip)
        {
            var after = pod.DeepClone().AsObject();
            if (OwnParts.AreIn(after, options.Image))
                OwnParts.Remove(after);
            if (reason is not (nameof(NotRecordedReason.NotSelected) or nameof(InjectionReason.NotAPod)))
                after.Child("metadata").Child("annotations")[RecordingKeys.Status] = StatusAnnotation.NotInjected(reason, message);
            patch = JsonPatch.Between(pod, after);
        }
        var warning = outcome == RecordingOutcome.Skip && reason != nameof(NotRecordedReason.NotSelected) ? new[] { $"this pod is not recorded: {message} ({reason})" } : [];
        return new PodDecision(outcome, reason, message, patch, warning);
    }

    private static List<string> Warnings(PodFacts facts, EffectivePolicy policy, IReadOnlyList<Policy.Merge.MergeProblem> problems)
    {
        var warnings = problems.Select(problem => problem.ToString()).ToList();
        if (facts.Record == RecordAnnotation.Unknown)
            warnings.Add($"annotation {RecordingKeys.Record} says neither \"true\" nor \"false\"; it is not heeded");
        if (facts.Record == RecordAnnotation.False)
            warnings.Add($"annotation {RecordingKeys.Record}: \"false\" is not heeded here: the namespace requires a recording");
        if (policy.Capture != CaptureMode.Redirect)
            warnings.Add($"capture.mode {policy.Capture}: what does not come to the recorder by itself is not recorded");
        return warnings;
    }

    private static string Words(NotRecordedReason reason, SelectedPolicies selected) => reason switch
    {
        NotRecordedReason.NamespaceNotEnabled => $"a policy selects it, and its namespace has no label {RecordingKeys.NamespaceLabel}: enabled or required",
        NotRecordedReason.NamespaceDisabled => $"its namespace is labelled {RecordingKeys.NamespaceLabel}: disabled",
        NotRecordedReason.OptedOut => $"it is annotated {RecordingKeys.Record}: \"false\"",
        NotRecordedReason.AnnotationUnknown => $"its annotation {RecordingKeys.Record} says neither \"true\" nor \"false\"",
        NotRecordedReason.NoPolicyApplies => "its namespace requires a recording, and no policy applies to it",
        NotRecordedReason.PolicyNotFound => $"it names policy {selected.Missing}, and there is none of that name for it",
        _ => "nothing asks for it",
    };
}
