using System.Net.Sockets;
using System.Text;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Testing.Http2;

namespace K8sRecorder.Integration.Capture;

/// <summary>
/// Requests that two readers could take for two different ones (RFC 9112 11.2), by the dozen: behind a recorder whose guard denies <c>/admin</c>, and whose
/// policy lets only targets through, the target never hears of that path, nor of <c>/smuggled</c> for another host.
/// </summary>
[Collection(SharedDenying.Name)]
public sealed class SmugglingTests(DenyingCapture pod)
{
    private const string Host = "Host: app.target.test\r\n";
    private const string Hidden = "GET /admin/hidden HTTP/1.1\r\n" + Host + "\r\n";

    private static readonly string[] Framings =
    [
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Hidden,
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n" + Hidden + "\r\n0\r\n\r\n",
        "Content-Length: 0\r\nContent-Length: 70\r\n\r\n" + Hidden,
        "Content-Length: 0, 70\r\n\r\n" + Hidden,
        "Content-Length: +0\r\n\r\n" + Hidden,
        "Content-Length: 0x0\r\n\r\n" + Hidden,
        "Content-Length: -1\r\n\r\n" + Hidden,
        "Content-Length: 0\v\r\n\r\n" + Hidden,
        "Content-Length : 0\r\n\r\n" + Hidden,
        "Content-Length:\r\n 0\r\n\r\n" + Hidden,
        "Content-Length: 18446744073709551616\r\n\r\n" + Hidden,
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + Hidden,
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + Hidden,
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + Hidden,
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Hidden,
        "Transfer-Encoding:\vchunked\r\n\r\n0\r\n\r\n" + Hidden,
        "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + Hidden,
        "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" + Hidden,
        "X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Hidden,
        "X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Hidden,
        "X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Hidden,
        "X: y\0\r\n\r\n" + Hidden,
        "Transfer-Encoding: chunked\r\n\r\n0;a=b\r\n\r\n" + Hidden,
        "Transfer-Encoding: chunked\r\n\r\n1;a\nx\r\n0\r\n\r\n" + Hidden,
        "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + Hidden,
        "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n" + Hidden,
        "Transfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n" + Hidden,
        "Transfer-Encoding: chunked\r\n\r\n0\n\n" + Hidden,
        "Transfer-Encoding: chunked\r\n\r\n0\r\nHost: x\r\n\r\n" + Hidden,
        "Transfer-Encoding: chunked\r\nTrailer: Content-Length\r\n\r\n0\r\nContent-Length: 70\r\n\r\n" + Hidden,
        "Content-Length: 2\r\nExpect: 100-continue\r\n\r\nxx" + Hidden,
        "Connection: Content-Length\r\nContent-Length: 70\r\n\r\n" + Hidden,
        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Hidden,
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 1\r\nSec-WebSocket-Key: x\r\n\r\n" + Hidden,
        "Upgrade: TLS/1.3\r\nConnection: Upgrade\r\n\r\n" + Hidden,
    ];

    private static readonly string[] Lines =
    [
        "GET /admin HTTP/1.0\r\n\r\n", "GET /admin\r\n", "GET  /admin HTTP/1.1\r\n" + Host + "\r\n", "GET\t/admin\tHTTP/1.1\r\n" + Host + "\r\n", "GET /admin HTTP/1.1 \r\n" + Host + "\r\n",
        "GET /admin HTTP/2.0\r\n" + Host + "\r\n", "GET /admin HTTP/1.1\n" + Host.Replace("\r", "", StringComparison.Ordinal) + "\n", "PRI /admin HTTP/1.1\r\n" + Host + "\r\n",
        "GET /%61dmin HTTP/1.1\r\n" + Host + "\r\n", "GET /./admin HTTP/1.1\r\n" + Host + "\r\n", "GET //admin HTTP/1.1\r\n" + Host + "\r\n", "GET /x/%2e%2e/admin HTTP/1.1\r\n" + Host + "\r\n",
        "GET /admin;a=b HTTP/1.1\r\n" + Host + "\r\n", "GET \\admin HTTP/1.1\r\n" + Host + "\r\n", "GET /admin?x HTTP/1.1\r\n" + Host + "\r\n", "GET /admin# HTTP/1.1\r\n" + Host + "\r\n",
        "GET http://app.target.test/admin HTTP/1.1\r\n" + Host + "\r\n", "CONNECT app.target.test:80 HTTP/1.1\r\n" + Host + "\r\n" + Hidden,
        "GET http://other.test/smuggled-by-1 HTTP/1.1\r\n" + Host + "\r\n", "GET http://app.target.test/smuggled-by-1 HTTP/1.1\r\nHost: other.test\r\n\r\n", "GET /smuggled-by-1 HTTP/1.1\r\n\r\n",
        "GET /smuggled-by-1 HTTP/1.1\r\n" + Host + "Host: other.test\r\n\r\n", "GET /smuggled-by-1 HTTP/1.1\r\nHost: other.test\r\n" + Host + "\r\n", "GET /smuggled-by-1 HTTP/1.1\r\nHost: other.test\r\n app.target.test\r\n\r\n",
        "GET /smuggled-by-1 HTTP/1.1\r\n Host: other.test\r\n" + Host + "\r\n", "GET /smuggled-by-1 HTTP/1.1\r\nHost : other.test\r\n\r\n", "GET /smuggled-by-1 HTTP/1.1\r\nConnection: Host\r\nHost: other.test\r\n\r\n",
    ];

    /// <summary>Other ways to write the target's address or name: none of them is its name.</summary>
    private static readonly string[] Hosts =
    [
        World.App, "0xc0000202", "3221225986", "0300.0.02.02", "192.0.514", "[::ffff:192.0.2.2]", "[2001:db8::1]", "app.target.test%00", "app.target.test@other.test", "other.test@app.target.test",
        "other.test#app.target.test", "other.test/app.target.test", "app.target.test,other.test", "app.target.test other.test", "app.target.test..", "xn--app-.target.test", ".app.target.test", "target.test", "app_target.test",
    ];

    [NetworkFact]
    public async Task Nothing_is_smuggled_past_the_guard_in_http_1()
    {
        foreach (var request in Framings.Select(framing => "POST /fine HTTP/1.1\r\n" + Host + framing).Concat(Lines).Concat(Hosts.Select(host => $"GET /smuggled-by-1 HTTP/1.1\r\nHost: {host}\r\n\r\n")))
            Assert.True(await EndsAsync(Encoding.Latin1.GetBytes(request)), request);

        // what stands behind a request that was denied is judged by itself, and its body is none
        await EndsAsync(Encoding.ASCII.GetBytes($"POST /admin HTTP/1.1\r\n{Host}Content-Length: {Hidden.Length}\r\n\r\n{Hidden}{Hidden}GET /behind-a-denied-one HTTP/1.1\r\n{Host}\r\n"));
        Assert.True(pod.World.Server.Saw("/behind-a-denied-one"));
        Assert.False(pod.World.Server.Saw("/admin"));
        Assert.False(pod.World.Server.Saw("/smuggled-by-1"));
    }

    [NetworkFact]
    public async Task Nothing_is_smuggled_past_the_guard_in_http_2()
    {
        (string Name, string Value) get = (":method", "GET"), https = (":scheme", "https"), app = (":authority", "app.target.test"), admin = (":path", "/admin"), smuggled = (":path", "/smuggled");
        (string, string)[][] requests =
        [
            [get, https, app, admin], [get, https, app, (":path", "/%61dmin")], [get, https, app, (":path", "/x/../admin")], [get, https, app, (":path", "http://app.target.test/admin")],
            [get, https, app, (":path", "/fine"), admin], [get, https, app, admin, (":path", "/fine")], [get, https, app, (":path", "/fine HTTP/1.1\r\nX: y\r\n\r\nGET /admin")],
            [get, https, app, (":path", "/fine"), ("x", "y\r\n\r\nGET /admin HTTP/1.1\r\nhost: app.target.test\r\n\r\n")], [get, https, app, (":path", "/fine"), ("x\r\nhost", "other.test")],
            [get, https, app, (":path", "/fine"), ("transfer-encoding", "chunked")], [get, https, app, (":path", "/fine"), ("connection", "upgrade"), ("upgrade", "h2c")],
            [(":method", "CONNECT"), app], [(":method", "GET /admin HTTP/1.1\r\nhost: app.target.test\r\n\r\nGET"), https, app, (":path", "/fine")],
            [get, https, (":authority", "other.test"), smuggled], [get, https, app, smuggled, ("host", "other.test")], [get, https, (":authority", "other.test"), smuggled, ("host", "app.target.test")],
            [get, https, smuggled, ("host", "other.test")], [get, https, smuggled], [get, https, (":authority", "other.test"), app, smuggled], [get, https, app, (":authority", "other.test"), smuggled],
            [get, https, smuggled, ("host", "other.test"), ("host", "app.target.test")], [get, https, smuggled, app, ("host", "app.target.test"), ("host", "other.test")],
            [get, https, (":authority", "app.target.test@other.test"), smuggled], [get, https, (":authority", "0xc0000202"), smuggled], [get, https, (":authority", "app.target.test:80:80"), smuggled],
        ];
        foreach (var request in requests)
            await AnsweredAsync(request);

        Assert.Equal(200, (await AnsweredAsync([get, https, app, (":path", "/fine-by-http2")]))?.Status);
        Assert.True(pod.World.Server.Saw("/fine-by-http2"));
        Assert.False(pod.World.Server.Saw("/admin"));
        // where :authority and Host disagree the first goes on, as it was judged (RFC 9113 8.3.1)
        Assert.All(pod.World.Server.Seen.Where(seen => seen.EndsWith("/smuggled", StringComparison.Ordinal)), seen => Assert.Equal($"{World.App} app.target.test /smuggled", seen));
    }

    /// <summary>The head of the answer, or the frame that says that there is none; null: the connection ended.</summary>
    private async Task<Http2Frame?> AnsweredAsync((string, string)[] request)
    {
        using var agent = new Http2Peer(await pod.TlsAsync(new NetworkStream(pod.Connect(World.App, 443), ownsSocket: true), "app.target.test", "h2"));
        await agent.SendAsync(Http2Frames.Agent().Frame(Http2Frames.Headers, Http2Frames.EndStream | Http2Frames.EndHeaders, 1, Http2Frames.Fields(request)));
        return await agent.ReadUntilAsync(frame => frame.Type == Http2Frames.GoAway || (frame.Stream == 1 && frame.Type is Http2Frames.Headers or Http2Frames.Reset));
    }

    /// <summary>Says it all, and waits for the end of whatever becomes of it.</summary>
    private async Task<bool> EndsAsync(byte[] said)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var agent = pod.Connect(World.App, 80);
        try
        {
            await agent.SendAsync(said, patience.Token);
            agent.Shutdown(SocketShutdown.Send);
            var buffer = new byte[4096];
            while (await agent.ReceiveAsync(buffer, patience.Token) > 0)
                continue;
        }
        catch (SocketException)
        {
            return true; // reset
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        return true;
    }
}
