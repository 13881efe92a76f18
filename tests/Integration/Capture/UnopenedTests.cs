using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.Capture;

/// <summary>A target whose TLS is not opened: known by an address of ours for its name, never by what a hello says.</summary>
[Collection(SharedRecording.Name)]
public sealed class UnopenedTests(RecordingCapture pod)
{
    private const string Name = "sealed.target.test";

    [NetworkFact]
    public async Task Its_tls_is_its_own_and_counted()
    {
        using var certificate = pod.World.Authority.Certify([Name]);
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 7444));
        using (var agent = pod.Connect(World.Lines, 7444))
        {
            await using var ours = new SslStream(new NetworkStream(agent));
            var shaking = ours.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Name, CertificateChainPolicy = pod.BelievingTheWorld() });
            using var server = RedirectedPod.Waiting(listener).Accept();
            await using var theirs = new SslStream(new NetworkStream(server));
            await theirs.AuthenticateAsServerAsync(certificate);
            await shaking; // by the world's authority alone: nobody stands between
            await ours.WriteAsync("a word of theirs"u8.ToArray());
            var heard = new byte[16];
            await theirs.ReadExactlyAsync(heard);
            Assert.Equal("a word of theirs", Encoding.ASCII.GetString(heard));
        }

        var opened = await pod.RecordAsync("channel.opened", record => record.Text("target") == "sealed");
        Assert.Equal(("TLS", "passthrough", $"{World.Lines}:7444", Name, null),
            (opened.Text("protocol"), opened.Text("onlyCountedFor"), opened.Text("destination"), CapturePod.TextOf(opened, "name"), opened.Text("tls")));
        var closed = await pod.RecordAsync("channel.closed", record => record.Channel == opened.Channel && record.Session.Id == opened.Session.Id);
        Assert.True(closed.Number("in") > 100 && closed.Number("out") > 100);
        Assert.DoesNotContain(await pod.RecordsAsync(), record => record.Kind == "tcp.data" && record.Channel == opened.Channel && record.Session.Id == opened.Session.Id);
    }

    [NetworkFact]
    public async Task Its_name_at_another_address_opens_nothing()
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Attacker, 7444));
        using var agent = pod.Connect(World.Attacker, 7444);
        await using var ours = new SslStream(new NetworkStream(agent));
        await Assert.ThrowsAnyAsync<Exception>(() => ours.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Name, CertificateChainPolicy = pod.BelievingTheWorld() }));

        Assert.False(listener.Poll(0, SelectMode.SelectRead));
        var refused = await pod.RecordAsync("connection.refused", record => record.Text("destination") == $"{World.Attacker}:7444");
        Assert.Equal(("untrusted", Name), (refused.Text("reason"), CapturePod.TextOf(refused, "name")));
    }
}
