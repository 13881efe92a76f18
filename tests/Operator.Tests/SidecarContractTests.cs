using System.Text.Json.Nodes;
using K8sRecorder.Operator.Injection;
using K8sRecorder.Sidecar.Startup;
using K8sRecorder.Sidecar.Trust;

namespace K8sRecorder.Operator.Tests;

/// <summary>What the injection writes is what the sidecar reads.</summary>
public sealed class SidecarContractTests
{
    /// <summary>Where a policy comes from is not built in the sidecar yet: there it is a file.</summary>
    private static readonly string[] FromTheOperator = ["--operator", "--token"];

    [Theory]
    [InlineData("plain")]
    [InlineData("additional-authorities")]
    [InlineData("listeners-only")]
    [InlineData("restricted-namespace-proxy")]
    [InlineData("folder-store")]
    public void Arguments_are_those_of_the_sidecar(string name)
    {
        var arguments = Recorder(name).Texts("args").Chunk(2).ToList();
        Assert.Equal(FromTheOperator, arguments.Take(2).Select(pair => pair[0]));

        var problems = new List<string>();
        var line = CommandLine.Read(["--policy", "p.yaml", .. arguments.Skip(2).SelectMany(pair => pair)], null, problems);

        Assert.Empty(problems);
        Assert.Equal(RecorderNames.SpoolPath, line!.Spool);
        Assert.Equal(name == "listeners-only", line.Bundle is null);
    }

    [Fact]
    public void Bundle_is_where_the_variables_say()
    {
        Assert.Equal(RecorderNames.PemBundle, $"{RecorderNames.TrustPath}/{TrustBundle.PemName}");
        Assert.Equal(RecorderNames.JavaBundle, $"{RecorderNames.TrustPath}/{TrustBundle.JavaName}");
        Assert.Equal(RecorderNames.PodAuthorityFile, TrustBundle.AuthorityName);
        Assert.Contains($"trustStorePassword={JavaTrustStore.Password}", TrustVariables.JavaTrust, StringComparison.Ordinal);
    }

    /// <summary>Pod Security "restricted", of what is ours in a mode that needs no rights.</summary>
    [Fact]
    public void Proxy_mode_conforms_to_the_restricted_level()
    {
        var golden = Case.Read("restricted-namespace-proxy");
        var spec = PatchApplied.To(golden.Pod, golden.Admit(golden.Pod).Patch)["spec"]!;

        var ours = Assert.Single(spec.AllContainers(), container => RecorderNames.IsOurContainer(container.Text("name"))).Object("securityContext");
        Assert.Equal((false, true, false, 64532L), (ours.Flag("allowPrivilegeEscalation"), ours.Flag("runAsNonRoot"), ours.Flag("privileged"), ours.Number("runAsUser")));
        Assert.Equal(["ALL"], ours.Object("capabilities").Texts("drop"));
        Assert.Empty(ours.Object("capabilities").Texts("add"));
        Assert.Equal("RuntimeDefault", ours.Object("seccompProfile").Text("type"));
        string[] allowed = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];
        Assert.All(spec.Objects("volumes"), volume => Assert.All(volume.Where(field => field.Key != "name"), field => Assert.Contains(field.Key, allowed)));
    }

    private static JsonObject Recorder(string name)
    {
        var golden = Case.Read(name);
        return PatchApplied.To(golden.Pod, golden.Admit(golden.Pod).Patch)["spec"].Objects("initContainers").Single(container => container.Text("name") == RecorderNames.Recorder);
    }
}
