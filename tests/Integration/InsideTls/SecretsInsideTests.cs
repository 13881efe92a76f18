using System.Text;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.InsideTls;

/// <summary>What models and tools are told over TLS, and spell back, is in no file and no log that the recorder leaves.</summary>
[Collection(SharedInside.Name)]
public sealed class SecretsInsideTests(InsideCapture pod)
{
    [NetworkFact]
    public void Secrets_are_nowhere()
    {
        var haystack = new Haystack();
        haystack.AddFolder("store", pod.Sidecar.StoreFolder);
        haystack.AddFolder("spool", pod.Sidecar.SpoolFolder);
        haystack.Add("output", Encoding.UTF8.GetBytes(pod.Sidecar.Output));

        var leaks = pod.Cage.ByPath.SelectMany(canary => haystack.FindAnyForm(canary.Value).Select(where => $"{canary.Key}: {where}")).ToList();
        Assert.True(leaks.Count == 0, string.Join('\n', leaks));
    }

    [NetworkFact]
    public async Task Recording_is_sound()
    {
        var (exitCode, output) = await PluginProcess.RunAsync(pod.Sidecar.Store, "verify", "--trust", pod.Sidecar.Fingerprint);

        Assert.True(exitCode == 0, output);
    }
}
