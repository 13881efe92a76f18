using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Integration.Redirect;

namespace K8sRecorder.Integration.Capture;

/// <summary>The spool's disk fills up under captured connections in Strict, and has room again later.</summary>
public sealed class FullDiskTests(SmallDiskCapture pod) : IClassFixture<SmallDiskCapture>
{
    private readonly List<string> _answered = [];

    [DiskNetworkFact]
    public async Task Agents_are_told_or_cut_after_a_while_and_what_they_got_is_recorded()
    {
        using var tls = pod.Client(World.App);
        using var plain = pod.Client(World.App, port: 80);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(tls, "https"));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(plain, "http"));
        }
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 7000));
        using var agent = pod.Connect(World.Lines, 7000);
        using var server = RedirectedPod.Waiting(listener).Accept();
        agent.Send("said before\n"u8);
        Assert.Equal(12, RedirectedPod.Waiting(server).Receive(new byte[64]));

        pod.Disk.Fill();
        var heard = TalkAsync(agent, server);
        HttpStatusCode? status;
        while ((status = await AskAsync(tls, "https")) == HttpStatusCode.OK)
        {
        }
        Assert.Contains(status, new HttpStatusCode?[] { HttpStatusCode.ServiceUnavailable, null });
        var text = await heard;
        pod.Disk.Free();
        await pod.UntilAsync("recorder_spool_full", 0);
        using var after = pod.Client(World.App);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(after, "https"));

        await pod.Sidecar.StopWhenShippedAsync();
        await CapturedStore.IsWholeAsync(pod.Sidecar.StoreFolder);
        var records = await pod.RecordsAsync();
        var requests = records.Where(record => record.Kind == "http.request").Select(record => CapturePod.TextOf(record, "head").Split(' ')[1]).ToList();
        Assert.Empty(_answered.Except(requests));
        var said = string.Concat(records.Where(record => record.Kind == "tcp.data" && record.Text("from") == "agent").Select(record => CapturePod.TextOf(record, "body")));
        Assert.StartsWith(text, said, StringComparison.Ordinal);
    }

    /// <summary>The status of an answer; null where the connection was cut.</summary>
    private async Task<HttpStatusCode?> AskAsync(HttpClient client, string scheme)
    {
        var path = $"/{scheme}/{_answered.Count}";
        try
        {
            using var answer = await client.PostAsync(new Uri($"{scheme}://app.target.test{path}"), new StringContent(new string('x', 4000)));
            if (answer.StatusCode == HttpStatusCode.OK)
                _answered.Add(path);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Speaks until the connection is cut; everything that arrived on it.</summary>
    private static async Task<string> TalkAsync(Socket agent, Socket server)
    {
        var heard = new StringBuilder("said before\n");
        var listening = Task.Run(async () =>
        {
            var buffer = new byte[4096];
            try
            {
                while (await server.ReceiveAsync(buffer) is > 0 and var length)
                    heard.Append(Encoding.ASCII.GetString(buffer, 0, length));
            }
            catch (SocketException)
            {
                // cut, as it should be
            }
        });
        try
        {
            for (var n = 0; !listening.IsCompleted; n++)
                await agent.SendAsync(Encoding.ASCII.GetBytes($"line {n} {new string('y', 2000)}\n"));
        }
        catch (SocketException)
        {
            // the same
        }
        await listening;
        return heard.ToString();
    }
}
