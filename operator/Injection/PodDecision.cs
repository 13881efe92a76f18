using System.Text.Json.Nodes;
using K8sRecorder.Policy.Selection;

namespace K8sRecorder.Operator.Injection;

/// <summary>What becomes of a pod at admission.</summary>
/// <param name="Outcome">Injected, let in unrecorded, or refused.</param>
/// <param name="Reason">One word for event, metric and status: why it is not recorded; empty where it is.</param>
/// <param name="Message">The same for a person.</param>
/// <param name="Patch">JSON Patch (RFC 6902) for the pod; empty where nothing changes.</param>
/// <param name="Warnings">What the author of the pod should know, shown by kubectl.</param>
internal sealed record PodDecision(RecordingOutcome Outcome, string Reason, string Message, JsonArray Patch, IReadOnlyList<string> Warnings);
