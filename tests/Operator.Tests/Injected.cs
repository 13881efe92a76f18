using System.Text.Json.Nodes;
using K8sRecorder.Operator.Injection;
using K8sRecorder.Sidecar.Init;

namespace K8sRecorder.Operator.Tests;

/// <summary>What must hold of every recorded pod.</summary>
internal static class Injected
{
    public static void Check(Case golden, JsonObject pod)
    {
        var spec = pod["spec"]!.AsObject();
        var init = spec.Objects("initContainers").ToList();
        var recorder = init.Single(container => container.Text("name") == RecorderNames.Recorder);
        var isRedirect = init[0].Text("name") == RecorderNames.Init;
        Assert.Same(init[isRedirect ? 1 : 0], recorder);
        Assert.DoesNotContain(spec.Objects("containers"), container => RecorderNames.IsOurContainer(container.Text("name")));
        Assert.Equal("Always", recorder.Text("restartPolicy"));
        Assert.All(init.Take(isRedirect ? 2 : 1), container => Assert.Equal(golden.Chosen.Image, container.Text("image")));
        Assert.NotNull(recorder["startupProbe"]);
        Assert.True((spec.Number("terminationGracePeriodSeconds") ?? 30) >= 30);
        Assert.Equal(recorder["resources"]!["limits"]!.ToJsonString(), recorder["resources"]!["requests"]!.ToJsonString());
        CheckVolumes(spec, recorder, isRedirect ? init[0] : null);
        CheckAuthors(golden.Pod["spec"]!.AsObject(), spec);
        if (isRedirect)
            CheckInit(init[0], recorder);
    }

    private static void CheckVolumes(JsonObject spec, JsonObject recorder, JsonObject? rules)
    {
        var ours = spec.Objects("volumes").Where(volume => RecorderNames.IsOurVolume(volume.Text("name"))).ToList();
        Assert.Equal(ours.Count, ours.Select(volume => volume.Text("name")).Distinct().Count());
        foreach (var container in spec.AllContainers().Where(container => container != recorder && container != rules))
            foreach (var mount in container.Objects("volumeMounts").Where(mount => RecorderNames.IsOurVolume(mount.Text("name"))))
                Assert.Equal((RecorderNames.Trust, true), (mount.Text("name"), mount.Flag("readOnly")));
        // Every mount has its volume, and the recorder none that is not ours: no API token, nothing of the author's.
        foreach (var mount in recorder.Objects("volumeMounts"))
            Assert.Contains(ours, volume => volume.Text("name") == mount.Text("name"));
        Assert.Contains(recorder.Objects("volumeMounts"), mount => mount.Text("mountPath") == RecorderNames.ServiceAccountPath && mount.Text("name") == RecorderNames.NoToken);
        Assert.Equal("Memory", ours.Single(volume => volume.Text("name") == RecorderNames.Keys).Object("emptyDir").Text("medium"));
        Assert.Null(ours.Single(volume => volume.Text("name") == RecorderNames.Spool).Object("emptyDir").Text("medium"));
        Assert.True(ours.Where(volume => volume.Text("name") != RecorderNames.Store).All(volume => volume["hostPath"] is null));
    }

    /// <summary>The author's containers are there, in their order, and but for variables and mounts as they were.</summary>
    private static void CheckAuthors(JsonObject before, JsonObject after)
    {
        var (old, now) = (Authors(before), Authors(after));
        Assert.Equal(old, now);

        static string[] Authors(JsonObject spec) =>
        [
            .. spec.AllContainers().Where(container => !RecorderNames.IsOurContainer(container.Text("name"))).Select(container =>
            {
                var rest = container.DeepClone().AsObject();
                rest.Remove("env");
                rest.Remove("volumeMounts");
                return rest.ToJsonString();
            }),
        ];
    }

    /// <summary>The sidecar itself reads the arguments that it is given.</summary>
    private static void CheckInit(JsonObject rules, JsonObject recorder)
    {
        var arguments = rules.Texts("args").ToList();
        var problems = new List<string>();
        var options = InitOptions.Read(arguments[1..], problems);
        Assert.Empty(problems);
        Assert.Equal("init", arguments[0]);
        Assert.Equal(recorder.Object("securityContext").Number("runAsUser"), options!.Uid);
        Assert.Equal([RecorderNames.AdminPort], options.OwnPorts);
        Assert.Equal(0, rules.Object("securityContext").Number("runAsUser"));
        Assert.Contains("NET_ADMIN", rules.Object("securityContext").Object("capabilities").Texts("add"));
    }
}
