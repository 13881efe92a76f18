using System.Text.Json.Nodes;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Operator.Injection;

/// <summary>
/// By which ways a container of the pod could get round its recorder. They do not keep the recorder out, for recorded with a hole is more than not
/// recorded: they are named in the status, and those that nobody needs are refused where recording is required.
/// </summary>
internal static class OpenWays
{
    private static readonly string[] Dangerous = ["ALL", "NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "BPF", "PERFMON", "DAC_READ_SEARCH", "SETUID", "SYS_RAWIO"];

    /// <summary>What is refused where recording is required; null where there is none.</summary>
    public static (InjectionReason Reason, string Message)? Refused(JsonObject pod)
    {
        var spec = pod.Object("spec");
        if (spec.Flag("hostPID") == true || spec.Flag("hostIPC") == true || spec.Flag("shareProcessNamespace") == true)
            return (InjectionReason.SharedProcesses, "it shares processes or memory with the node or between containers (hostPID, hostIPC, shareProcessNamespace), the recorder's too");
        foreach (var container in Agents(spec))
        {
            var context = container.Object("securityContext");
            if (context.Flag("privileged") == true)
                return (InjectionReason.PrivilegedContainer, $"container {container.Text("name")} is privileged");
            if (context.Object("capabilities").Texts("add").Select(Plain).FirstOrDefault(Dangerous.Contains) is { } capability)
                return (InjectionReason.PrivilegedContainer, $"container {container.Text("name")} adds capability {capability}");
        }
        return spec.Objects("volumes").FirstOrDefault(IsHostPath) is { } volume
            ? (InjectionReason.HostPath, $"volume {volume.Text("name")} is a folder of the node")
            : null;
    }

    /// <summary>Every way, as <c>container: what</c>; none means that nobody in the pod gets round the recorder as far as its spec tells.</summary>
    public static IReadOnlyList<string> All(JsonObject pod, CaptureMode capture)
    {
        var spec = pod.Object("spec");
        var ways = new List<string>();
        if (capture != CaptureMode.Redirect)
            ways.Add($"capture.mode {capture}");
        foreach (var flag in new[] { "hostPID", "hostIPC", "shareProcessNamespace" })
            if (spec.Flag(flag) == true)
                ways.Add(flag);
        ways.AddRange(spec.Objects("volumes").Where(IsHostPath).Select(volume => $"hostPath {volume.Text("name")}"));
        var pod0 = spec.Object("securityContext");
        foreach (var container in Agents(spec))
            ways.AddRange(Of(container, pod0).Select(way => $"{container.Text("name")}: {way}"));
        return ways;
    }

    /// <summary>Whether no container but ours can have NET_RAW, as far as the pod says; later ones (ephemeral) are for admission to keep out.</summary>
    public static bool AreWithoutNetRaw(JsonObject pod) => Agents(pod.Object("spec")).All(container => !HasNetRaw(container.Object("securityContext")));

    private static IEnumerable<string> Of(JsonObject container, JsonObject? pod)
    {
        var context = container.Object("securityContext");
        if (context.Flag("privileged") == true)
            yield return "privileged";
        if (HasNetRaw(context))
            yield return "NET_RAW";
        foreach (var capability in context.Object("capabilities").Texts("add").Select(Plain).Where(name => name != "NET_RAW" && Dangerous.Contains(name)))
            yield return capability;
        var user = context.Number("runAsUser") ?? pod.Number("runAsUser");
        if (user == 0)
            yield return "root";
        else if (user is null)
            yield return "runAsUser is not set"; // the image may say the recorder's
        if (context.Flag("allowPrivilegeEscalation") != false)
            yield return "allowPrivilegeEscalation";
    }

    /// <summary>It is among the capabilities that containers have by default.</summary>
    private static bool HasNetRaw(JsonObject? context)
    {
        var capabilities = context.Object("capabilities");
        return context.Flag("privileged") == true || capabilities.Texts("add").Select(Plain).Any(name => name is "NET_RAW" or "ALL")
            || !capabilities.Texts("drop").Select(Plain).Any(name => name is "NET_RAW" or "ALL");
    }

    private static IEnumerable<JsonObject> Agents(JsonObject? spec) => spec.AllContainers().Where(container => !RecorderNames.IsOurContainer(container.Text("name")));

    private static bool IsHostPath(JsonObject volume) => volume["hostPath"] is not null && !RecorderNames.IsOurVolume(volume.Text("name"));

    private static string Plain(string capability)
    {
        var upper = capability.ToUpperInvariant();
        return upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper[4..] : upper;
    }
}
