using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Capture;

/// <summary>A client of client-go's: it believes no variable, only the <c>ca.crt</c> that its configuration names, over which the pod's authority is laid.</summary>
[Collection(SharedRecording.Name)]
public sealed class KubectlTests(RecordingCapture pod)
{
    [KubectlFact]
    public async Task Kubectl_gets_lists_and_watches_and_is_recorded_under_the_name_of_the_target()
    {
        await using var server = await ApiServer.StartAsync(pod.World);
        using var folder = new TemporaryFolder();
        File.Copy(pod.RealAuthority, folder["ca.crt"]);
        await File.WriteAllTextAsync(folder["config"], $$$"""
            {"apiVersion":"v1","kind":"Config","current-context":"pod",
             "clusters":[{"name":"here","cluster":{"server":"https://{{{World.Kubernetes}}}","certificate-authority":"{{{folder["ca.crt"]}}}"}}],
             "users":[{"name":"agent","user":{"token":"{{{ApiServer.Token}}}"}}],
             "contexts":[{"name":"pod","context":{"cluster":"here","user":"agent","namespace":"default"}}]}
            """);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        File.Copy(pod.Bundle(TrustBundle.AuthorityName), folder["ca.crt"], overwrite: true);

        Assert.Equal((0, "ok"), await KubectlAsync("get", "--raw", "/healthz"));
        Assert.Equal((0, "pod/first\n"), await KubectlAsync("get", "pods", "-o", "name"));
        var (_, watched) = await KubectlAsync("get", "pods", "-o", "name", "--watch");
        Assert.StartsWith("pod/first\npod/second\npod/third\n", watched, StringComparison.Ordinal);

        foreach (var path in new[] { "/healthz", "/api/v1/namespaces/default/pods?", "watch=true" })
        {
            var request = await pod.RequestAsync(path);
            Assert.Equal(("kubernetes", $"{World.Kubernetes}:443", "1.3"), (request.Text("target"), request.Text("destination"), request.Text("tls")));
            Assert.DoesNotContain(ApiServer.Token, CapturePod.TextOf(request, "head"), StringComparison.Ordinal);
            if (path == "watch=true")
                Assert.Contains("\"name\":\"third\"", await pod.BodyAsync(request, "http.response"), StringComparison.Ordinal);
        }

        Task<(int ExitCode, string Said)> KubectlAsync(params string[] arguments) => pod.RunAsync("kubectl", ["--kubeconfig", folder["config"], .. arguments]);
    }
}
