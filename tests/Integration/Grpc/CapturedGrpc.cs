using K8sRecorder.Integration.Capture;
using K8sRecorder.Integration.Trust;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Grpc;

/// <summary>gRPC over TLS outside of a pod, of a target whose port nobody else uses.</summary>
internal static class CapturedGrpc
{
    private const int Port = 7445;

    /// <summary>Where its records say that it went.</summary>
    public static string Destination => $"{World.Lines}:{Port}";

    /// <summary>Makes all kinds of calls, from outside and from the pod; what came back.</summary>
    public static async Task<(string Straight, string Recorded)> CallAsync(CapturePod pod, IEnumerable<string> secrets)
    {
        using var folder = new TemporaryFolder();
        var (certificate, key, client) = (folder["server.crt"], folder["server.key"], Path.Combine(NodeProcess.Root, "tests/node/grpc-client.mjs"));
        pod.World.Authority.Certify(certificate, key, "lines.target.test", World.Lines);
        await using var server = await NodeProcess.ServeAsync(
            pod.World.Network, new Dictionary<string, string> { ["GRPC_CERTIFICATE"] = certificate, ["GRPC_KEY"] = key }, "tests/node/grpc-server.mjs", Destination);
        var (exitCode, straight) = await ClientRun.RunAsync(
            "ip", ["netns", "exec", pod.World.Network.Name, "node", client], Variables(Destination, pod.RealAuthority)); // by its address: there is no DNS
        Assert.True(exitCode == 0, straight);
        (exitCode, var recorded) = await pod.RunAsync("node", [client], Variables($"lines.target.test:{Port}", pod.Bundle(Sidecar.Trust.TrustBundle.PemName)));
        Assert.True(exitCode == 0, recorded);
        return (straight, recorded);

        (string, string)[] Variables(string target, string roots) =>
            [("GRPC_TARGET", target), ("GRPC_TLS", "1"), ("GRPC_SECRETS", string.Join(',', secrets)), ("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", roots), ("NODE_NO_WARNINGS", "1")];
    }
}
