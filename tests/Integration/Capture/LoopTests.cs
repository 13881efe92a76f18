using System.Net;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>
/// A connection that leads to the recorder itself would be dialled by it, and come again. Agents have none: what they send straight to its ports is
/// refused by the rules. Whoever is of its own uid has.
/// </summary>
[Collection(SharedRecording.Name)]
public sealed class LoopTests(RecordingCapture pod)
{
    [NetworkTheory]
    [InlineData("127.0.0.1", RedirectedPod.TcpPort)]
    [InlineData("::1", RedirectedPod.TcpPort)]
    [InlineData("127.0.0.1", RedirectedPod.InboundPort)]
    [InlineData(NetworkPair.PodV4, RedirectedPod.InboundPort)]
    public async Task Connection_to_the_recorder_itself_is_refused_as_a_loop(string address, int port)
    {
        using var caller = pod.Connect(address, port, RedirectedPod.RecorderUid);
        RedirectedPod.AssertOver(caller);

        var destination = new IPEndPoint(IPAddress.Parse(address), port).ToString();
        await pod.RecordAsync("connection.refused", record => record.Text("destination") == destination && record.Text("reason") == "loop");
    }
}
