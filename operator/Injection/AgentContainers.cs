using System.Text.Json.Nodes;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Operator.Injection;

/// <summary>What the pod's own containers get: whom to believe, and where traffic is not led, where to go.</summary>
internal static class AgentContainers
{
    private static readonly string[] MeshProxies = ["istio-proxy", "istio-init", "istio-validation", "linkerd-proxy", "linkerd-init", "linkerd-network-validator"];

    /// <summary>Every variable of the author's that was given another value, as <c>container/NAME</c>.</summary>
    public static IReadOnlyList<string> Prepare(JsonObject spec, InjectionPlan plan)
    {
        var replaced = new List<string>();
        if (!RecorderVolumes.IsCaptured(plan.Policy))
            return replaced;
        var accounts = spec.Objects("volumes").Where(HoldsApiToken).Select(volume => volume.Text("name")).ToHashSet();
        foreach (var container in spec.AllContainers())
        {
            // In Proxy the mesh carries what the recorder sends; it is no agent. In Redirect there is no mesh.
            if (plan.Policy.Capture == CaptureMode.Proxy && MeshProxies.Contains(container.Text("name")))
                continue;
            var environment = new EnvironmentList(container);
            var variables = plan.Policy.Capture == CaptureMode.Proxy ? TrustVariables.All.Concat(ProxyVariables.All) : TrustVariables.All;
            foreach (var (name, value) in variables)
                if (environment.Set(name, value))
                    replaced.Add($"{container.Text("name")}/{name}");
            environment.Append(TrustVariables.JavaOptions, plan.Policy.Capture == CaptureMode.Proxy ? $"{TrustVariables.JavaTrust} {ProxyVariables.Java}" : TrustVariables.JavaTrust);
            Mount(container, accounts);
        }
        return replaced;
    }

    private static void Mount(JsonObject container, HashSet<string?> accounts)
    {
        var mounts = container.List("volumeMounts");
        var hasAccount = mounts.OfType<JsonObject>().Any(mount => mount.Text("mountPath")?.TrimEnd('/') == RecorderNames.ServiceAccountPath && accounts.Contains(mount.Text("name")));
        mounts.Put(RecorderContainers.Mount(RecorderNames.Trust, RecorderNames.TrustPath, isReadOnly: true));
        // Who speaks with the API server believes this file and no variable.
        if (hasAccount)
            mounts.Put(RecorderContainers.Mount(RecorderNames.Trust, RecorderNames.ServiceAccountPath + "/ca.crt", isReadOnly: true, RecorderNames.PodAuthorityFile));
    }

    /// <summary>The volume that the API server gives containers: token, namespace and <c>ca.crt</c>. Over another there may be no such file to lay one on.</summary>
    private static bool HoldsApiToken(JsonObject volume)
    {
        var sources = volume.Object("projected").Objects("sources").ToList();
        return sources.Exists(source => source["serviceAccountToken"] is not null)
            && sources.Exists(source => source.Object("configMap").Objects("items").Any(item => item.Text("path") == "ca.crt"));
    }
}
