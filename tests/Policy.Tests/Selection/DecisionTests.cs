using K8sRecorder.Policy.Selection;
using Outcome = K8sRecorder.Policy.Selection.RecordingOutcome;
using Reason = K8sRecorder.Policy.Selection.NotRecordedReason;

namespace K8sRecorder.Policy.Tests.Selection;

/// <summary>The table of namespace label and annotation, cell by cell.</summary>
public sealed class DecisionTests
{
    [Theory]
    // annotated "true"
    [InlineData(NamespaceRecording.Absent, RecordAnnotation.True, false, Outcome.Inject, Reason.None)]
    [InlineData(NamespaceRecording.Enabled, RecordAnnotation.True, false, Outcome.Inject, Reason.None)]
    [InlineData(NamespaceRecording.Required, RecordAnnotation.True, false, Outcome.Inject, Reason.None)]
    [InlineData(NamespaceRecording.Disabled, RecordAnnotation.True, false, Outcome.Skip, Reason.NamespaceDisabled)]
    // selected by a policy
    [InlineData(NamespaceRecording.Absent, RecordAnnotation.Absent, true, Outcome.Skip, Reason.NamespaceNotEnabled)]
    [InlineData(NamespaceRecording.Enabled, RecordAnnotation.Absent, true, Outcome.Inject, Reason.None)]
    [InlineData(NamespaceRecording.Required, RecordAnnotation.Absent, true, Outcome.Inject, Reason.None)]
    [InlineData(NamespaceRecording.Disabled, RecordAnnotation.Absent, true, Outcome.Skip, Reason.NamespaceDisabled)]
    // neither
    [InlineData(NamespaceRecording.Absent, RecordAnnotation.Absent, false, Outcome.Skip, Reason.NotSelected)]
    [InlineData(NamespaceRecording.Enabled, RecordAnnotation.Absent, false, Outcome.Skip, Reason.NotSelected)]
    [InlineData(NamespaceRecording.Required, RecordAnnotation.Absent, false, Outcome.Refuse, Reason.NoPolicyApplies)]
    [InlineData(NamespaceRecording.Disabled, RecordAnnotation.Absent, false, Outcome.Skip, Reason.NamespaceDisabled)]
    // annotated "false", selected by a policy
    [InlineData(NamespaceRecording.Absent, RecordAnnotation.False, true, Outcome.Skip, Reason.OptedOut)]
    [InlineData(NamespaceRecording.Enabled, RecordAnnotation.False, true, Outcome.Skip, Reason.OptedOut)]
    [InlineData(NamespaceRecording.Required, RecordAnnotation.False, true, Outcome.Inject, Reason.None)]
    [InlineData(NamespaceRecording.Disabled, RecordAnnotation.False, true, Outcome.Skip, Reason.NamespaceDisabled)]
    // annotated with something else: asks for nothing, opts out of nothing
    [InlineData(NamespaceRecording.Absent, RecordAnnotation.Unknown, false, Outcome.Skip, Reason.AnnotationUnknown)]
    [InlineData(NamespaceRecording.Enabled, RecordAnnotation.Unknown, true, Outcome.Inject, Reason.None)]
    [InlineData(NamespaceRecording.Required, RecordAnnotation.Unknown, true, Outcome.Inject, Reason.None)]
    public void Cell_of_the_table(NamespaceRecording label, RecordAnnotation annotation, bool isSelected, Outcome outcome, Reason reason) =>
        Assert.Equal(new RecordingDecision(outcome, reason), RecordingDecision.For(label, annotation, isSelected, applies: isSelected));

    [Theory]
    [InlineData(RecordAnnotation.Absent)]
    [InlineData(RecordAnnotation.False)]
    [InlineData(RecordAnnotation.Unknown)]
    public void Required_namespace_takes_the_floor_for_what_nothing_selects(RecordAnnotation annotation) =>
        Assert.Equal(Outcome.Inject, RecordingDecision.For(NamespaceRecording.Required, annotation, isSelected: false, applies: true).Outcome);

    [Fact]
    public void Every_combination_that_is_not_injected_has_a_reason()
    {
        foreach (var label in Enum.GetValues<NamespaceRecording>())
            foreach (var annotation in Enum.GetValues<RecordAnnotation>())
                foreach (var (isSelected, applies) in new[] { (false, false), (false, true), (true, true) })
                {
                    var decision = RecordingDecision.For(label, annotation, isSelected, applies);
                    Assert.Equal(decision.Outcome == Outcome.Inject, decision.Reason == Reason.None);
                    Assert.False(label == NamespaceRecording.Required && decision.Outcome == Outcome.Skip, "required is never let in unrecorded");
                }
    }

    [Theory]
    [InlineData("enabled", NamespaceRecording.Enabled)]
    [InlineData("required", NamespaceRecording.Required)]
    [InlineData("disabled", NamespaceRecording.Disabled)]
    [InlineData("Required", NamespaceRecording.Absent)]
    [InlineData("", NamespaceRecording.Absent)]
    [InlineData(null, NamespaceRecording.Absent)]
    public void Label_is_read_as_it_is_written(string? label, NamespaceRecording expected) =>
        Assert.Equal(expected, Pods.In("a", label).Recording);

    [Theory]
    [InlineData("true", RecordAnnotation.True)]
    [InlineData("false", RecordAnnotation.False)]
    [InlineData("False", RecordAnnotation.Unknown)]
    [InlineData("", RecordAnnotation.Unknown)]
    [InlineData(null, RecordAnnotation.Absent)]
    public void Annotation_is_read_as_it_is_written(string? value, RecordAnnotation expected) =>
        Assert.Equal(expected, Pods.In("a", null, annotations: value is null ? [] : [("k8srecorder.io/record", value)]).Record);
}
