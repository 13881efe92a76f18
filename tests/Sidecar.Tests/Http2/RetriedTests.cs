using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Testing.Http2;
using static K8sRecorder.Testing.Http2.Http2Frames;

namespace K8sRecorder.Sidecar.Tests.Http2;

/// <summary>
/// What a target says that it has not looked at (RFC 9113 8.7) is asked once more without the agent's knowledge: what each of the three sees of it,
/// as docs/fidelity.md says.
/// </summary>
public sealed class RetriedTests
{
    [Theory]
    [InlineData("GET", "reset", 1, "200", 2)]
    [InlineData("GET", "goaway", 1, "200", 2)]
    [InlineData("GET", "reset", 3, "200", 4)]
    [InlineData("GET", "reset", 4, "REFUSED_STREAM", 4)]
    [InlineData("POST", "late", 1, "REFUSED_STREAM", 1)]
    [InlineData("POST", "late goaway", 1, "REFUSED_STREAM", 1)]
    public async Task Agent_gets_the_answer_or_the_refusal_and_the_record_has_one_exchange(string method, string how, int times, string expected, int asked)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heads = new ConcurrentQueue<string>();
        var left = times;
        using var over = new CancellationTokenSource();
        var serving = AcceptAsync();
        await using var sidecar = await TestSidecar.StartAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        using var agent = await Http2Peer.ToAsync(sidecar.Port);
        var fields = Fields((":method", method), (":scheme", "http"), (":authority", "h"), (":path", "/asked"));
        await agent.SendAsync(method == "GET"
            ? Agent().Frame(Headers, EndStream | EndHeaders, 1, fields)
            : Agent().Frame(Headers, EndHeaders, 1, fields).Frame(Data, EndStream, 1, "the whole body"u8));
        var got = await agent.ReadUntilAsync(frame => frame.Stream == 1 && (frame.Type == Reset || frame.EndsStream));
        agent.Dispose();
        await sidecar.StopAsync();
        await over.CancelAsync();
        listener.Stop();
        await serving;

        Assert.Equal(expected, got!.Type == Reset ? got.Code == 7 ? "REFUSED_STREAM" : $"{got.Code}" : "200");
        Assert.Equal(asked, heads.Count);
        Assert.All(heads, head => Assert.True(method == "GET" || head.EndsWith("the whole body", StringComparison.Ordinal), head));
        var records = await Recorded.RecordsAsync(sidecar);
        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal(method == "GET" ? "" : "the whole body", await Recorded.BodyAsync(exchange.Request!));
        Assert.Equal(expected == "200" ? [] : ["target REFUSED_STREAM"], records.Where(record => record.Kind == "http.reset").Select(record => $"{record.Text("from")} {record.Text("code")}"));
        Assert.DoesNotContain(records, record => record.Kind == "http.response" && record.Text("origin") is not null);
        await Recorded.AssertSoundAsync(sidecar);

        async Task AcceptAsync()
        {
            try
            {
                while (true)
                    _ = ServeAsync(new Http2Peer(new NetworkStream(await listener.AcceptSocketAsync(over.Token), ownsSocket: true)));
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException)
            {
                // the test is over
            }
        }

        async Task ServeAsync(Http2Peer peer)
        {
            using (peer)
            {
                await peer.SendAsync(new Http2Frames().Frame(Settings, 0, 0, []));
                await peer.ReadAsync(24);
                while (await peer.ReadUntilAsync(frame => frame.Type == Headers) is { } head)
                {
                    var body = "";
                    if (Interlocked.Decrement(ref left) >= 0)
                    {
                        if (how.StartsWith("late", StringComparison.Ordinal))
                            body = Encoding.ASCII.GetString((await peer.ReadUntilAsync(Data, head.Stream))!.Payload);
                        heads.Enqueue($"{head.Stream} refused {body}");
                        await peer.SendAsync(how.EndsWith("goaway", StringComparison.Ordinal)
                            ? new Http2Frames().Frame(GoAway, 0, 0, new byte[8])
                            : new Http2Frames().Number(Reset, head.Stream, 7));
                        continue;
                    }
                    var last = head;
                    while (!last.EndsStream)
                    {
                        last = (await peer.ReadUntilAsync(Data, head.Stream))!;
                        body += Encoding.ASCII.GetString(last.Payload);
                    }
                    heads.Enqueue($"{head.Stream} answered {body}");
                    await peer.SendAsync(new Http2Frames().Frame(Headers, EndHeaders, head.Stream, Fields((":status", "200"))).Frame(Data, EndStream, head.Stream, "ok"u8));
                }
            }
        }
    }
}
