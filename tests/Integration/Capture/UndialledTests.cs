using System.Net.Sockets;
using System.Text;
using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.Capture;

/// <summary>A connection says something by where it goes, and when: what the policy refuses does not open one.</summary>
[Collection(SharedDenying.Name)]
public sealed class UndialledTests(DenyingCapture pod)
{
    /// <summary>That one would be seen.</summary>
    [NetworkFact]
    public async Task What_is_allowed_opens_one()
    {
        Assert.True(await OpensAsync(World.App, async () =>
        {
            using var client = pod.Client(World.App, port: 80);
            await client.GetStringAsync(new Uri("http://app.target.test/undialled-control"));
        }));
    }

    [NetworkTheory]
    [InlineData(World.App, "app.target.test", "/admin")] // the guard
    [InlineData(World.App, "app.target.test", "/x/..%2fadmin/")]
    [InlineData(World.App, "evil.test", "/undialled")]
    [InlineData(World.App, "app.target.test.", "/admin")]
    [InlineData(World.Other, "other.test", "/undialled")]
    [InlineData(World.Attacker, "app.target.test", "/undialled")]
    [InlineData("169.254.169.254", "169.254.169.254", "/latest/meta-data/")]
    public async Task Request_that_is_refused_opens_none(string address, string host, string path)
    {
        Assert.False(await OpensAsync(address, async () => Assert.StartsWith("HTTP/1.1 403 ", await AnswerAsync(address, $"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"), StringComparison.Ordinal)));
    }

    /// <summary>Silence is no reason to see whether a target speaks first that may only be sent requests.</summary>
    [NetworkFact]
    public async Task Silence_before_a_request_that_is_refused_opens_none()
    {
        Assert.False(await OpensAsync(World.App, async () =>
        {
            using var agent = pod.Connect(World.App, 80);
            Assert.False(agent.Poll(300_000, SelectMode.SelectRead));
            agent.Send("GET /admin HTTP/1.1\r\nHost: app.target.test\r\n\r\n"u8);
            Assert.StartsWith("HTTP/1.1 403 ", await TextAsync(agent), StringComparison.Ordinal);
        }));
    }

    /// <summary>Whoever dials to see a certificate has told a stranger the name.</summary>
    [NetworkTheory]
    [InlineData(World.Attacker, "app.target.test")]
    [InlineData(World.Attacker, "db.target.test")]
    [InlineData(World.Other, "other.test")]
    [InlineData("169.254.169.254", "app.target.test")]
    public async Task Handshake_under_a_name_of_elsewhere_opens_none(string address, string name)
    {
        Assert.False(await OpensAsync(address, async () =>
        {
            using var agent = pod.Connect(address, 443);
            await Assert.ThrowsAnyAsync<IOException>(() => pod.TlsAsync(new NetworkStream(agent), name));
        }));
    }

    [NetworkFact]
    public async Task Handshake_under_a_name_of_elsewhere_is_answered_in_words_where_it_offers_http()
    {
        Assert.False(await OpensAsync(World.Attacker, async () =>
        {
            using var agent = pod.Connect(World.Attacker, 443);
            await using var tls = await pod.TlsAsync(new NetworkStream(agent), "api.target.test", "http/1.1");
            await tls.WriteAsync("GET /undialled-lie HTTP/1.1\r\nHost: api.target.test\r\n\r\n"u8.ToArray());
            var answer = new byte[4096];
            Assert.StartsWith("HTTP/1.1 502 ", Encoding.ASCII.GetString(answer, 0, await tls.ReadAsync(answer)), StringComparison.Ordinal);
        }));
        Assert.Equal($"{World.Attacker}:443", (await pod.RequestAsync("/undialled-lie")).Text("destination"));
    }

    private async Task<bool> OpensAsync(string address, Func<Task> attempt) => (await pod.FramesWhileAsync(attempt)).Any(frame => Frames.Opens(frame, address));

    private async Task<string> AnswerAsync(string address, string request)
    {
        using var agent = pod.Connect(address, 80);
        agent.Send(Encoding.ASCII.GetBytes(request));
        return await TextAsync(agent);
    }

    private static async Task<string> TextAsync(Socket agent)
    {
        var answer = new byte[4096];
        return Encoding.ASCII.GetString(answer, 0, await agent.ReceiveAsync(answer));
    }
}
