using System.Globalization;
using System.Text.Json.Nodes;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Operator.Injection;

/// <summary>
/// The two containers of ours, before all others: the step that loads the rules, and the recorder as a native sidecar, which the kubelet waits for until it
/// is ready. What the API server would fill in is written out, so that a second pass finds what it would write.
/// </summary>
internal static class RecorderContainers
{
    private const string Program = "/usr/local/bin/k8srecorder-sidecar";

    public static IEnumerable<JsonObject> Of(JsonObject pod, InjectionPlan plan)
    {
        if (plan.Policy.Capture == CaptureMode.Redirect)
            yield return Init(pod, plan);
        yield return Recorder(plan);
    }

    /// <summary>
    /// It loads the rules and tries them: NET_ADMIN to load, SETUID to try as the recorder and as an agent, NET_RAW to try packet sockets (docs/interception.md).
    /// </summary>
    private static JsonObject Init(JsonObject pod, InjectionPlan plan)
    {
        var arguments = new JsonArray("init", "--inbound", plan.Policy.Inbound == InboundMode.Record ? "record" : "pass",
            "--uid", Text(plan.Uid), "--own-port", Text(RecorderNames.AdminPort));
        if (plan.IsRequired && OpenWays.AreWithoutNetRaw(pod))
            arguments.Put("--agents-without-net-raw");
        var container = Container(RecorderNames.Init, plan, arguments);
        container["resources"] = Resources("100m", "64Mi", null);
        container["securityContext"] = Security(0, ["NET_ADMIN", "NET_RAW", "SETUID"]);
        container["volumeMounts"] = new JsonArray(Mount(RecorderNames.NoToken, RecorderNames.ServiceAccountPath, isReadOnly: true));
        return container;
    }

    private static JsonObject Recorder(InjectionPlan plan)
    {
        var container = Container(RecorderNames.Recorder, plan, Arguments(plan));
        container["restartPolicy"] = "Always";
        container["env"] = Environment(plan);
        container["ports"] = new JsonArray(new JsonObject { ["name"] = "recorder-admin", ["containerPort"] = RecorderNames.AdminPort, ["protocol"] = "TCP" });
        // Ready is not before it has its policy: until then no other container starts.
        container["startupProbe"] = Probe("/readyz", period: 1, failures: 120);
        container["readinessProbe"] = Probe("/readyz", period: 5, failures: 3);
        container["livenessProbe"] = Probe("/healthz", period: 10, failures: 3);
        container["resources"] = Resources(plan.Options.Cpu, plan.Options.Memory, RecorderVolumes.Bytes(RecorderVolumes.SpoolVolume(plan.Policy) + (64 << 20)));
        container["securityContext"] = Security(plan.Uid, []);
        container["volumeMounts"] = Mounts(plan);
        return container;
    }

    private static JsonArray Arguments(InjectionPlan plan)
    {
        var arguments = new JsonArray("--operator", plan.Options.OperatorUrl, "--token", RecorderNames.TokenPath + "/token", "--store", plan.Store.Url,
            "--spool", RecorderNames.SpoolPath, "--keys", RecorderNames.KeysPath + "/session", "--admin", $"$(RECORDER_POD_IP):{RecorderNames.AdminPort}");
        if (RecorderVolumes.IsCaptured(plan.Policy))
            Add("--ca", RecorderNames.KeysPath + "/ca", "--bundle", RecorderNames.TrustPath);
        if (RecorderVolumes.HasSecrets(plan.Policy))
            Add("--secrets", RecorderNames.SecretsPath);
        return arguments;

        void Add(params string[] more)
        {
            foreach (var argument in more)
                arguments.Put(argument);
        }
    }

    private static JsonArray Environment(InjectionPlan plan) => new(
        Field("RECORDER_POD_NAME", "metadata.name"),
        Field("RECORDER_POD_NAMESPACE", "metadata.namespace"),
        Field("RECORDER_POD_UID", "metadata.uid"),
        Field("RECORDER_POD_IP", "status.podIP"),
        Field("RECORDER_NODE_NAME", "spec.nodeName"),
        Field("RECORDER_SERVICE_ACCOUNT", "spec.serviceAccountName"),
        Field("RECORDER_RUN", $"metadata.annotations['{Policy.Selection.RecordingKeys.Run}']"),
        new JsonObject { ["name"] = "RECORDER_OPERATOR_CA", ["value"] = plan.Options.OperatorAuthority },
        new JsonObject { ["name"] = "RECORDER_IMAGE", ["value"] = plan.Options.Image },
        // Its sockets would lie in /tmp, which is read-only.
        new JsonObject { ["name"] = "DOTNET_EnableDiagnostics", ["value"] = "0" });

    private static JsonArray Mounts(InjectionPlan plan)
    {
        var mounts = new JsonArray(
            Mount(RecorderNames.Spool, RecorderNames.SpoolPath),
            Mount(RecorderNames.Keys, RecorderNames.KeysPath),
            Mount(RecorderNames.Token, RecorderNames.TokenPath, isReadOnly: true),
            Mount(RecorderNames.NoToken, RecorderNames.ServiceAccountPath, isReadOnly: true));
        if (RecorderVolumes.IsCaptured(plan.Policy))
            mounts.Put(Mount(RecorderNames.Trust, RecorderNames.TrustPath));
        if (RecorderVolumes.HasSecrets(plan.Policy))
            mounts.Put(Mount(RecorderNames.Secrets, RecorderNames.SecretsPath, isReadOnly: true));
        if (plan.Store.Folder is { } folder)
            mounts.Put(Mount(RecorderNames.Store, folder));
        return mounts;
    }

    public static JsonObject Mount(string volume, string path, bool isReadOnly = false, string? subPath = null)
    {
        var mount = new JsonObject { ["name"] = volume, ["mountPath"] = path };
        if (isReadOnly)
            mount["readOnly"] = true;
        if (subPath is not null)
            mount["subPath"] = subPath;
        return mount;
    }

    private static JsonObject Container(string name, InjectionPlan plan, JsonArray arguments) => new()
    {
        ["name"] = name,
        ["image"] = plan.Options.Image,
        ["imagePullPolicy"] = plan.Options.PullPolicy,
        ["command"] = new JsonArray(Program),
        ["args"] = arguments,
        ["terminationMessagePath"] = "/dev/termination-log",
        ["terminationMessagePolicy"] = "FallbackToLogsOnError",
    };

    private static JsonObject Security(long uid, string[] capabilities)
    {
        var context = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
            ["privileged"] = false,
            ["readOnlyRootFilesystem"] = true,
            ["runAsGroup"] = uid,
            ["runAsNonRoot"] = uid != 0,
            ["runAsUser"] = uid,
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        };
        if (capabilities.Length > 0)
            context["capabilities"]!["add"] = new JsonArray([.. capabilities.Select(name => (JsonNode)name)]);
        return context;
    }

    /// <summary>Requests are limits: it gets what it needs also where the agent takes what it can.</summary>
    private static JsonObject Resources(string cpu, string memory, string? storage)
    {
        var amount = new JsonObject { ["cpu"] = cpu, ["memory"] = memory };
        if (storage is not null)
            amount["ephemeral-storage"] = storage;
        return new JsonObject { ["limits"] = amount, ["requests"] = amount.DeepClone() };
    }

    /// <summary>Without host: Pod Security forbids it from 1.34 on.</summary>
    private static JsonObject Probe(string path, int period, int failures) => new()
    {
        ["failureThreshold"] = failures,
        ["httpGet"] = new JsonObject { ["path"] = path, ["port"] = RecorderNames.AdminPort, ["scheme"] = "HTTP" },
        ["periodSeconds"] = period,
        ["successThreshold"] = 1,
        ["timeoutSeconds"] = 2,
    };

    private static JsonObject Field(string name, string path) => new()
    {
        ["name"] = name,
        ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = path } },
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
