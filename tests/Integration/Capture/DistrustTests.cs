using System.Diagnostics;
using System.Net.Sockets;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Integration.Trust;
using K8sRecorder.Sidecar.Trust;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Capture;

/// <summary>Who cannot be intercepted and does not say so in its handshake: the next connection passes, counted, where the policy lets it.</summary>
[Collection(SharedRecording.Name)]
public sealed class DistrustTests(RecordingCapture pod)
{
    /// <summary>Each of them is two clients at most: what it offers depends on how it asks.</summary>
    private const int Most = 4;

    [NetworkFact]
    public Task Node_that_takes_only_the_real_certificate_passes_later() =>
        PassesLaterAsync("v6.target.test", url => ("node", [ClientRun.Source("get.mjs"), url]), "NODE_EXTRA_CA_CERTS");

    [NetworkFact]
    public Task Dotnet_that_takes_only_the_real_certificate_passes_later() =>
        PassesLaterAsync("v4.target.test", url => (Path.Combine(AppContext.BaseDirectory, "K8sRecorder.Soak"), ["https-get", url]), "SSL_CERT_FILE");

    [NetworkFact]
    public async Task Target_that_demands_a_certificate_is_reached_with_it_the_second_time()
    {
        using var folder = new TemporaryFolder();
        pod.World.Authority.Certify(folder["server.crt"], folder["server.key"], "lines.target.test");
        pod.World.Authority.Certify(folder["client.crt"], folder["client.key"], "client.test");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        using var server = Process.Start(pod.World.Network.Command(
            "openssl", "s_server", "-www", "-tls1_3", "-Verify", "1", "-verify_return_error", "-CAfile", pod.RealAuthority, "-cert", folder["server.crt"],
            "-key", folder["server.key"], "-accept", $"{World.Lines}:7443", "-quiet"))!;
        try
        {
            await UntilListeningAsync();
            string[] arguments = ["-sS", "--cert", folder["client.crt"], "--key", folder["client.key"], "https://lines.target.test:7443/with-a-certificate"];
            var bundle = ("CURL_CA_BUNDLE", pod.Bundle(TrustBundle.PemName));
            var (_, said) = await pod.RunAsync("curl", arguments, bundle);
            Assert.DoesNotContain("s_server", said, StringComparison.Ordinal);
            (_, said) = await pod.RunAsync("curl", arguments, bundle);
            Assert.Contains("s_server", said, StringComparison.Ordinal);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }

        await pod.RecordAsync("channel.opened", record => record.Text("onlyCountedFor") == "uninterceptable" && record.Text("destination") == $"{World.Lines}:7443");
    }

    private async Task PassesLaterAsync(string name, Func<string, (string Program, string[] Arguments)> client, string variable)
    {
        var (program, arguments) = client($"https://{name}/distrusting");
        var (exitCode, said) = await pod.RunAsync(program, arguments, (variable, pod.RealAuthority));
        Assert.True(exitCode != 0, said);
        for (var again = 1; again < Most && exitCode != 0; again++)
            (exitCode, said) = await pod.RunAsync(program, arguments, (variable, pod.RealAuthority));
        Assert.True(exitCode == 0, said);

        await pod.RecordAsync("channel.opened", record => record.Text("onlyCountedFor") == "uninterceptable" && CapturePod.TextOf(record, "name") == name);
        // another client, which believes, is read as before
        (exitCode, said) = await pod.RunAsync("curl", ["-sS", $"https://{name}/believing-{program.Length}"], ("CURL_CA_BUNDLE", pod.Bundle(TrustBundle.PemName)));
        Assert.True(exitCode == 0, said);
        await pod.RequestAsync($"/believing-{program.Length}");
    }

    private async Task UntilListeningAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                pod.World.Network.As(0, () => RedirectedPod.Connecting(World.Lines, 7443)).Dispose();
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }
}
