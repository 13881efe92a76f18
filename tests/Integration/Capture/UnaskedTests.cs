using System.Net.Sockets;
using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.Capture;

/// <summary>
/// A target with rules, in plaintext, at an address that nobody asked our resolver for. Where everything is let through nothing says whose it is under
/// a Host that is nobody's: it is recorded as that, and not judged. Either of the two makes it the target's.
/// </summary>
[Collection(SharedRecording.Name)]
public sealed class UnaskedTests(RecordingCapture pod)
{
    [NetworkFact]
    public async Task Rules_hold_as_soon_as_host_or_address_is_known_as_the_targets()
    {
        await using var names = new OddNames(pod);
        names.Say("unasked.many.odd.test", World.Models);
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Models, 80));

        using (var agent = Ask("foreign.test", "/secret/unasked"))
        using (var server = RedirectedPod.Waiting(listener).Accept())
        {
            Assert.StartsWith("GET /secret/unasked HTTP/1.1", LineOf(server), StringComparison.Ordinal);
            server.Send("HTTP/1.1 204 Fine\r\n\r\n"u8);
            Assert.StartsWith("HTTP/1.1 204", LineOf(agent), StringComparison.Ordinal);
        }
        Assert.Equal(("unmatched", $"{World.Models}:80"), await WhereAsync("/secret/unasked"));

        using (var agent = Ask("unasked.many.odd.test", "/secret/said"))
            Assert.StartsWith("HTTP/1.1 403", LineOf(agent), StringComparison.Ordinal);
        Assert.Equal(("unmatched", $"{World.Models}:80"), await WhereAsync("/secret/said"));

        Assert.Equal([World.Models], (await names.AskAsync("unasked.many.odd.test")).Addresses);
        using (var agent = Ask("foreign.test", "/secret/asked"))
            Assert.StartsWith("HTTP/1.1 403", LineOf(agent), StringComparison.Ordinal);
        await pod.RequestAsync("/secret/asked");
        Assert.False(listener.Poll(0, SelectMode.SelectRead));
    }

    private Socket Ask(string host, string path)
    {
        var agent = pod.Connect(World.Models, 80);
        agent.Send(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        return agent;
    }

    private static string LineOf(Socket socket)
    {
        var bytes = new byte[4096];
        return System.Text.Encoding.Latin1.GetString(bytes, 0, RedirectedPod.Waiting(socket).Receive(bytes));
    }

    private async Task<(string? Target, string? Destination)> WhereAsync(string path)
    {
        var request = await pod.RequestAsync(path);
        return (request.Text("target"), request.Text("destination"));
    }
}
