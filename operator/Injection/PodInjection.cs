using System.Text.Json.Nodes;
using K8sRecorder.Policy.Selection;

namespace K8sRecorder.Operator.Injection;

/// <summary>
/// A pod with its recorder, made by what was decided. First all of ours is taken out, then put in: so a second pass changes nothing, and what somebody else put there
/// under our names does not stay.
/// </summary>
internal static class PodInjection
{
    private const int LeastGraceSeconds = 30;

    /// <summary>Changes the pod in place.</summary>
    public static void Into(JsonObject pod, InjectionPlan plan)
    {
        var before = StatusAnnotation.ReplacedBefore(pod);
        OwnParts.Remove(pod);
        var spec = pod.Child("spec");
        var replaced = AgentContainers.Prepare(spec, plan);
        var open = OpenWays.All(pod, plan.Policy.Capture);

        // Ours come first: whatever else runs in the pod, its init containers too, is recorded.
        var containers = RecorderContainers.Of(pod, plan).ToList();
        var init = spec.List("initContainers");
        for (var i = 0; i < containers.Count; i++)
            init.Insert(i, containers[i]);
        foreach (var volume in RecorderVolumes.Of(plan))
            spec.List("volumes").Put(volume);
        if ((spec.Number("terminationGracePeriodSeconds") ?? LeastGraceSeconds) < LeastGraceSeconds)
            spec["terminationGracePeriodSeconds"] = LeastGraceSeconds;
        Annotate(pod.Child("metadata").Child("annotations"), spec, plan, [.. before.Union(replaced).Order(StringComparer.Ordinal)], open);
    }

    private static void Annotate(JsonObject annotations, JsonObject spec, InjectionPlan plan, IReadOnlyList<string> replaced, IReadOnlyList<string> open)
    {
        var agent = spec.Objects("containers").First().Text("name");
        foreach (var name in new[] { RecorderNames.DefaultContainer, RecorderNames.DefaultLogsContainer })
            if (annotations.Text(name) is not { } chosen || RecorderNames.IsOurContainer(chosen))
                annotations[name] = agent;
        // Without it the cluster autoscaler lets a node stand for the sake of our folders. What the spool holds is shipped at SIGTERM.
        var evictable = (annotations.Text(RecorderNames.SafeToEvict) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(name => !RecorderNames.IsOurVolume(name));
        annotations[RecorderNames.SafeToEvict] = string.Join(',', evictable.Concat(RecorderVolumes.Of(plan).Where(volume => volume["emptyDir"] is not null).Select(volume => volume.Text("name"))));
        annotations[RecordingKeys.Status] = StatusAnnotation.Injected(plan, replaced, open);
    }
}
