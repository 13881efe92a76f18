using System.Text.Json.Nodes;

namespace K8sRecorder.Operator.Injection;

/// <summary>
/// Takes everything out of a pod that has a name of ours, whoever wrote it: an earlier pass, or somebody who would like a recorder of
/// his own making. What belongs there is put back by the injection alone.
/// </summary>
internal static class OwnParts
{
    public static void Remove(JsonObject pod)
    {
        var spec = pod.Object("spec");
        foreach (var list in new[] { "initContainers", "containers" })
            Remove(spec, list, container => RecorderNames.IsOurContainer(container.Text("name")));
        Remove(spec, "volumes", volume => RecorderNames.IsOurVolume(volume.Text("name")));
        foreach (var container in spec.AllContainers())
        {
            Remove(container, "volumeMounts", IsOurs);
            Remove(container, "volumeDevices", device => RecorderNames.IsOurVolume(device.Text("name")));
        }
        Remove(pod.Object("metadata"), "annotations", Policy.Selection.RecordingKeys.Status);
    }

    /// <summary>Whether an injection left anything here, its own or a forged one.</summary>
    public static bool AreIn(JsonObject pod, string image) =>
        (pod.Object("metadata").Map("annotations").TryGetValue(Policy.Selection.RecordingKeys.Status, out var status) && !StatusAnnotation.SaysNotInjected(status))
        || pod["spec"].Objects("volumes").Any(volume => RecorderNames.IsOurVolume(volume.Text("name")))
        || pod["spec"].AllContainers().Any(container => RecorderNames.IsOurContainer(container.Text("name")) && container.Text("image") == image);

    /// <summary>Also what others mount below our folders: it would hide what the recorder or the agent finds there.</summary>
    private static bool IsOurs(JsonObject mount) =>
        RecorderNames.IsOurVolume(mount.Text("name")) || mount.Text("mountPath") is { } path && (path.TrimEnd('/') + "/").StartsWith("/run/k8srecorder/", StringComparison.Ordinal);

    private static void Remove(JsonObject? parent, string list, Func<JsonObject, bool> isOurs)
    {
        if (parent?[list] is not JsonArray items)
            return;
        foreach (var item in items.OfType<JsonObject>().Where(isOurs).ToList())
            items.Remove(item);
        if (items.Count == 0)
            parent.Remove(list);
    }

    private static void Remove(JsonObject? parent, string map, string key)
    {
        if (parent.Object(map) is { } values && values.Remove(key) && values.Count == 0)
            parent!.Remove(map);
    }
}
