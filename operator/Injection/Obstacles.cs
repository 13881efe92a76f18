using System.Text.Json.Nodes;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Operator.Injection;

/// <summary>What keeps a recorder out of a pod, each with its reason, in the order in which it is asked.</summary>
internal static class Obstacles
{
    private static readonly string[] MeshContainers = ["istio-proxy", "istio-init", "istio-validation", "linkerd-proxy", "linkerd-init", "linkerd-network-validator"];

    /// <summary>The first thing that makes it impossible; null where nothing does. The message ends the sentence "is not recorded: it …".</summary>
    public static (InjectionReason Reason, string Message)? Find(JsonObject pod, NamespaceFacts ns, InjectionOptions options)
    {
        var spec = pod.Object("spec");
        if (options.ExcludedNamespaces.Contains(ns.Name))
            return (InjectionReason.NamespaceExcluded, "its namespace is never recorded");
        if (spec is null || !spec.Objects("containers").Any())
            return (InjectionReason.NotAPod, "it has no containers");
        if (pod.Object("metadata").Map("annotations").ContainsKey("kubernetes.io/config.mirror"))
            return (InjectionReason.MirrorPod, "it shows a static pod");
        if (spec.Flag("hostNetwork") == true)
            return (InjectionReason.HostNetwork, "it uses the node's network (hostNetwork)");
        if (spec.Object("os").Text("name") == "windows" || spec.Map("nodeSelector").GetValueOrDefault("kubernetes.io/os") == "windows")
            return (InjectionReason.Windows, "it is for Windows nodes");
        if (options.OldestNodeMinor < 30)
            return (InjectionReason.NodeTooOld, $"a node of the cluster has a kubelet of 1.{options.OldestNodeMinor}; from 1.30 on it can be");
        return null;
    }

    /// <summary>The same, of what depends on how traffic is captured and on the recorder's uid.</summary>
    public static (InjectionReason Reason, string Message)? Find(JsonObject pod, NamespaceFacts ns, CaptureMode capture, long uid, bool hasFolderStore)
    {
        var spec = pod.Object("spec");
        if (capture == CaptureMode.Redirect && Mesh(pod, spec, ns) is { } mesh)
            return (InjectionReason.ServiceMesh, $"a service mesh redirects its traffic ({mesh}), and so would capture.mode Redirect; take it out of the mesh, or use Proxy");
        if (PodSecurity.Forbids(ns, capture, hasFolderStore))
            return (InjectionReason.PodSecurity, $"its namespace enforces Pod Security {ns.Labels[PodSecurity.EnforceLabel]}, which forbids what {(capture == CaptureMode.Redirect ? "capture.mode Redirect (NET_ADMIN)" : "a folder store (hostPath)")} needs");
        var podUser = spec.Object("securityContext").Number("runAsUser");
        foreach (var container in spec.AllContainers())
            if ((container.Object("securityContext").Number("runAsUser") ?? podUser) == uid)
                return (InjectionReason.ReservedUid, $"container {container.Text("name")} runs as uid {uid}, which is the recorder's");
        return null;
    }

    /// <summary>Nobody but the recorder may have a token that the operator takes for the recorder's. Volumes of our names are taken out in any case.</summary>
    public static bool WantsOurToken(JsonObject pod, string audience) =>
        pod["spec"].Objects("volumes").Where(volume => !RecorderNames.IsOurVolume(volume.Text("name"))).SelectMany(volume => volume.Object("projected").Objects("sources"))
            .Any(source => source.Object("serviceAccountToken").Text("audience") == audience);

    private static string? Mesh(JsonObject pod, JsonObject? spec, NamespaceFacts ns)
    {
        if (spec.AllContainers().Select(container => container.Text("name")).FirstOrDefault(name => MeshContainers.Contains(name)) is { } name)
            return name;
        var metadata = pod.Object("metadata");
        var (labels, annotations) = (metadata.Map("labels"), metadata.Map("annotations"));
        // A mesh's webhook may come after ours: what asks for it counts already.
        var istio = labels.GetValueOrDefault("sidecar.istio.io/inject") ?? annotations.GetValueOrDefault("sidecar.istio.io/inject");
        if (istio == "true" || (istio != "false" && (ns.Labels.GetValueOrDefault("istio-injection") == "enabled" || ns.Labels.ContainsKey("istio.io/rev") || labels.ContainsKey("istio.io/rev"))))
            return "Istio";
        if (ns.Labels.GetValueOrDefault("istio.io/dataplane-mode") == "ambient" && labels.GetValueOrDefault("istio.io/dataplane-mode") != "none")
            return "Istio ambient";
        var linkerd = annotations.GetValueOrDefault("linkerd.io/inject") ?? ns.Annotations.GetValueOrDefault("linkerd.io/inject");
        return linkerd is "enabled" or "ingress" ? "Linkerd" : null;
    }
}
