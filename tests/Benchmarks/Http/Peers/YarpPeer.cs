using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http.Peers;

/// <summary>YARP passing everything through, in a process of its own: this program under another verb.</summary>
internal sealed class YarpPeer() : ConfiguredPeer("yarp")
{
    protected override (string Command, string[] Arguments) CommandLine(TemporaryFolder folder, int upstream) =>
        (Path.Combine(AppContext.BaseDirectory, "K8sRecorder.Benchmarks"), [YarpPassThrough.Verb, $"{Port}", $"{upstream}"]);
}
