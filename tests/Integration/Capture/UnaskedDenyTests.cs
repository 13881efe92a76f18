using System.Net.Sockets;
using System.Text;
using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.Capture;

/// <summary>The same under a policy that lets only targets through: an address that nobody asked our resolver for is no target's, whatever is said to it.</summary>
[Collection(SharedDenying.Name)]
public sealed class UnaskedDenyTests(DenyingCapture pod)
{
    [NetworkTheory]
    [InlineData("GET /unasked HTTP/1.1\r\nHost: foreign.test\r\n\r\n", true)]
    [InlineData("GET /unasked HTTP/1.1\r\nHost: unasked.many.odd.test\r\n\r\n", true)]
    [InlineData("carried out to the unasked\n", false)]
    public async Task Nothing_arrives_at_an_address_that_nobody_asked_for(string said, bool isHttp)
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Models, 80));
        using var agent = pod.Connect(World.Models, 80);
        agent.Send(Encoding.ASCII.GetBytes(said));
        var answer = new byte[4096];
        if (isHttp)
            Assert.StartsWith("HTTP/1.1 403 ", Encoding.Latin1.GetString(answer, 0, RedirectedPod.Waiting(agent).Receive(answer)), StringComparison.Ordinal);
        else
            RedirectedPod.AssertOver(agent);

        var refused = await pod.RecordAsync(
            isHttp ? "http.request" : "connection.refused", record => record.Text("destination") == $"{World.Models}:80" && (!isHttp || CapturePod.TextOf(record, "head").Contains(said.Split("\r\n")[1][6..], StringComparison.Ordinal)));
        Assert.Equal("unmatched", refused.Text(isHttp ? "target" : "reason"));
        Assert.False(listener.Poll(0, SelectMode.SelectRead));
    }
}
