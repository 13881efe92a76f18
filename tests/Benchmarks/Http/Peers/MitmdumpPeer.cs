using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Peers;

/// <summary>mitmdump as a reverse proxy that writes every flow into a file: the recorder that people reach for.</summary>
internal sealed class MitmdumpPeer() : ConfiguredPeer("mitmdump")
{
    protected override (string Command, string[] Arguments) CommandLine(TemporaryFolder folder, int upstream) =>
    (
        "mitmdump",
        [
            "--quiet", "--mode", $"reverse:http://127.0.0.1:{upstream}", "--listen-host", "127.0.0.1", "--listen-port", $"{Port}",
            "--save-stream-file", folder["flows"], "--set", $"confdir={folder["confdir"]}",
        ]
    );
}
