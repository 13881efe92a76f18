using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Policy.Model;
using K8sRecorder.Testing.Http2;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using static K8sRecorder.Sidecar.Tests.WebSocket.Frames;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>WebSocket that an agent opens over HTTP/2 (RFC 8441), to targets that take it so and to those that do not.</summary>
public sealed class Http2Tests
{
    private static readonly (string, string)[] Opening =
        [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":authority", "h"), (":path", "/chat?a=b"), ("sec-websocket-version", "13")];

    [Theory]
    [InlineData(HttpProtocols.Http2, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    public async Task Client_of_dotnet_talks_to_what_the_target_takes(HttpProtocols protocols, string seen)
    {
        await using var server = await ServeAsync(protocols);
        await using var sidecar = await TestSidecar.StartAsync(new Uri(server.Urls.First()).Port);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        for (var round = 0; round < 3; round++) // on one connection
        {
            using var client = new ClientWebSocket();
            client.Options.HttpVersion = HttpVersion.Version20;
            client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
            client.Options.AddSubProtocol("echo");
            await client.ConnectAsync(new Uri($"ws://127.0.0.1:{sidecar.Port}/chat?a=b"), invoker, patience.Token);
            Assert.Equal("echo", client.SubProtocol);
            foreach (var text in new[] { seen, new string('x', 100_000), "last" })
            {
                await client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, patience.Token);
                Assert.Equal(text == "last" ? $"{seen} last" : $"{seen} {text}", await ReceiveAsync(client, patience.Token));
            }
            await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", patience.Token);
        }
        await sidecar.StopAsync();

        var records = await Recorded.RecordsAsync(sidecar);
        Assert.Equal(3, records.Count(record => record.Kind == "http.request" && record.Text("protocol") == "websocket" && record.Text("method") == "CONNECT"));
        Assert.Equal(3, records.Count(record => record.Kind == "http.response" && record.Number("status") == 200));
        Assert.Equal(["closed", "closed", "closed"], records.Where(record => record.Kind == "channel.closed").Select(record => record.Text("reason")));
        var messages = await RecordedMessage.AllAsync(sidecar);
        Assert.Equal(3 * 8, messages.Count);
        Assert.Equal(3, messages.Count(message => message.ToString() == $"target text '{seen} last' deflated=True"));
        Assert.Equal(3, messages.Count(message => message.ToString() == "agent close 'done' code=1000"));
        await Recorded.AssertSoundAsync(sidecar);
    }

    [Fact]
    public async Task Handshake_of_http_1_is_made_where_the_target_has_no_other()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await OpenAsync(sidecar.Port, ("cookie", "a=1"), ("cookie", "b=2"), ("sec-websocket-extensions", "permessage-deflate"));
        using var probe = await upstream.AcceptAsync();
        await probe.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"); // asked whether it speaks HTTP/2
        probe.Dispose();
        using var target = await upstream.AcceptAsync();
        var head = await target.ReadUntilAsync("\r\n\r\n");
        await target.SendAsync(AnswerTo(head) + Of(Text, "early"));
        await agent.ReadUntilAsync(Http2Frames.Headers, 1);

        Assert.StartsWith("GET /chat?a=b HTTP/1.1\r\nHost: h\r\n", head, StringComparison.Ordinal);
        foreach (var line in new[] { "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Cookie: a=1; b=2", "Sec-WebSocket-Extensions: permessage-deflate" })
            Assert.Contains($"\r\n{line}\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("chunked", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Of(Text, "early"), await TextAsync(agent));
        // broken frames, and halves that end by themselves
        var said = Masked(Text, "hel", final: false) + Masked(Ping, "p") + Masked(Continuation, "lo") + Masked(5, "odd");
        await agent.SendAsync(new Http2Frames().Frame(Http2Frames.Data, 0, 1, Encoding.Latin1.GetBytes(said)));
        Assert.Equal(said, await target.ReadAsync(said.Length));
        await agent.SendAsync(new Http2Frames().Frame(Http2Frames.Data, Http2Frames.EndStream, 1, []));
        Assert.Equal("", await target.ReadToEndAsync());
        await target.SendAsync(Of(Close, CloseOf(1002)));
        Assert.Equal(Of(Close, CloseOf(1002)), await TextAsync(agent));
        target.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.True((await agent.ReadUntilAsync(Http2Frames.Data, 1))!.EndsStream);
        await sidecar.StopAsync();

        Assert.Equal(
            ["target text 'early'", "agent ping 'p'", "agent text 'hello'", "agent bytes '" + Masked(5, "odd", mask: 0)[..2] + "=!\u00fa7odd' broken=opcode", "target close '' code=1002"],
            (await RecordedMessage.AllAsync(sidecar)).Select(message => message.ToString()));
    }

    [Fact]
    public async Task Target_whose_http_2_does_not_offer_it_is_asked_by_http_1()
    {
        var settings = Encoding.Latin1.GetString(new Http2Frames().Frame(Http2Frames.Settings, 0, 0, []).Bytes.Span);
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await OpenAsync(sidecar.Port);
        using (var probe = await upstream.AcceptAsync())
            await probe.SendAsync(settings);
        using var other = await upstream.AcceptAsync();
        await other.SendAsync(settings);
        using var target = await upstream.AcceptAsync();
        await target.SendAsync(AnswerTo(await target.ReadUntilAsync("\r\n\r\n")) + Of(Text, "here"));

        Assert.Equal(200, (await agent.ReadUntilAsync(Http2Frames.Headers, 1))!.Status);
        Assert.Equal(Of(Text, "here"), await TextAsync(agent));
    }

    [Theory]
    [InlineData(true, "clientAborted")]
    [InlineData(false, "targetFailed")]
    public async Task Break_of_one_side_is_one_of_the_other(bool isAgents, string reason)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await OpenAsync(sidecar.Port);
        (await upstream.AcceptAsync()).Dispose();
        using var target = await upstream.AcceptAsync();
        await target.SendAsync(AnswerTo(await target.ReadUntilAsync("\r\n\r\n")) + Of(Text, "one"));
        Assert.Equal(Of(Text, "one"), await TextAsync(agent));
        if (isAgents)
        {
            await agent.SendAsync(new Http2Frames().Number(Http2Frames.Reset, 1, 8));
            await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(target.ReadToEndAsync);
        }
        else
        {
            target.Reset();
            Assert.Equal(8, (await agent.ReadUntilAsync(Http2Frames.Reset, 1))!.Code);
        }
        // the connection is not the stream
        await agent.SendAsync(new Http2Frames().Frame(Http2Frames.Ping, 0, 0, new byte[8]));
        Assert.NotNull(await agent.ReadUntilAsync(frame => frame is { Type: Http2Frames.Ping, Flags: Http2Frames.Ack }));
        await sidecar.StopAsync();

        Assert.Equal(reason, (await Recorded.RecordsAsync(sidecar)).Single(record => record.Kind == "channel.closed").Text("reason"));
    }

    [Fact]
    public async Task Answer_that_does_not_agree_passes_as_it_is()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await OpenAsync(sidecar.Port);
        (await upstream.AcceptAsync()).Dispose();
        using var target = await upstream.AcceptAsync();
        await target.ReadUntilAsync("\r\n\r\n");
        await target.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\nX-Why: so\r\n\r\nnever");

        Assert.Equal(403, (await agent.ReadUntilAsync(Http2Frames.Headers, 1))!.Status);
        Assert.Equal("never", await TextAsync(agent));
        await sidecar.StopAsync();
        var exchange = Assert.Single(await Recorded.ExchangesAsync(sidecar));
        Assert.Equal((403, "never", null), (exchange.Response!.Status, await Recorded.BodyAsync(exchange.Response), exchange.Response.Cut));
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: bm8=\r\n\r\n", 502)]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n", 502)]
    [InlineData("nothing\r\n\r\n", 502)]
    [InlineData("", 502)]
    public async Task Target_that_cannot_be_believed_gets_no_messages(string answer, int status)
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await OpenAsync(sidecar.Port);
        (await upstream.AcceptAsync()).Dispose();
        using (var target = await upstream.AcceptAsync())
        {
            await target.ReadUntilAsync("\r\n\r\n");
            await target.SendAsync(answer);
            if (answer.Length == 0)
                target.Dispose();
            Assert.Equal(status, (await agent.ReadUntilAsync(Http2Frames.Headers, 1))!.Status);
        }
        await sidecar.StopAsync();
        Assert.Equal("recorder", Assert.Single(await Recorded.ExchangesAsync(sidecar)).Response!.Origin);
    }

    [Theory]
    [InlineData("GET", null)]
    [InlineData("CONNECT", null)]
    [InlineData(null, "shell.*")]
    public async Task Guard_denies_what_it_denies_over_http_1(string? method, string? tool)
    {
        using var upstream = new RawUpstream();
        var deny = new GuardDenySpec { Method = method is null ? [] : [method], Path = ["/chat"], Tool = tool is null ? [] : [tool] };
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port, change: policy => policy with
        {
            Targets = [policy.Targets[0] with { Guard = [new GuardRuleSpec { Name = "no-chat", Deny = deny }] }],
        });
        using var agent = await OpenAsync(sidecar.Port);

        Assert.Equal(403, (await agent.ReadUntilAsync(Http2Frames.Headers, 1))!.Status);
        Assert.False(upstream.IsPending);
        await sidecar.StopAsync();
        Assert.Equal("no-chat", Assert.Single(await Recorded.RecordsAsync(sidecar), record => record.Kind == "guard.denied").Text("rule"));
    }

    [Fact]
    public async Task Other_protocols_are_refused()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port);
        using var agent = await Http2Peer.ToAsync(sidecar.Port);
        await agent.SendAsync(Http2Frames.Agent().Frame(
            Http2Frames.Headers, Http2Frames.EndHeaders, 1, Http2Frames.Fields([.. Opening.Select(field => field.Item1 == ":protocol" ? (":protocol", "connect-udp") : field)])));

        Assert.Equal(501, (await agent.ReadUntilAsync(Http2Frames.Headers, 1))!.Status);
        Assert.False(upstream.IsPending);
        await sidecar.StopAsync();
        Assert.Equal("other", Assert.Single(await Recorded.RecordsAsync(sidecar), record => record.Kind == "http.request").Text("protocol"));
    }

    /// <summary>Connects; the settings must offer it before it is asked for (RFC 8441 3).</summary>
    private static async Task<Http2Peer> OpenAsync(int port, params (string, string)[] more)
    {
        var agent = await Http2Peer.ToAsync(port);
        await agent.SendAsync(Http2Frames.Agent());
        var settings = await agent.ReadUntilAsync(Http2Frames.Settings, 0);
        Assert.Contains("0008" + "00000001", settings!.Payload.Chunk(6).Select(Convert.ToHexString));
        await agent.SendAsync(new Http2Frames().Frame(Http2Frames.Headers, Http2Frames.EndHeaders, 1, Http2Frames.Fields([.. Opening, .. more])));
        return agent;
    }

    private static string AnswerTo(string head)
    {
        const string Key = "Sec-WebSocket-Key: ";
        var at = head.IndexOf(Key, StringComparison.OrdinalIgnoreCase) + Key.Length;
        var key = head[at..head.IndexOf('\r', at)];
#pragma warning disable CA5350 // RFC 6455 4.2.2
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        return $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";
    }

    private static async Task<string> TextAsync(Http2Peer agent) =>
        Encoding.Latin1.GetString((await agent.ReadUntilAsync(frame => frame is { Type: Http2Frames.Data, Payload.Length: > 0 }))!.Payload);

    private static async Task<string> ReceiveAsync(System.Net.WebSockets.WebSocket socket, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellationToken);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(message.ToArray());
        }
    }

    /// <summary>Says back what it hears, behind the version of HTTP that it hears it by.</summary>
    private static async Task<WebApplication> ServeAsync(HttpProtocols protocols)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = protocols));
        var server = builder.Build();
        server.UseWebSockets();
        server.Run(async context =>
        {
            Assert.Equal("/chat?a=b", context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { DangerousEnableCompression = true, SubProtocol = "echo" });
            while (true)
            {
                var text = await ReceiveAsync(socket, CancellationToken.None);
                if (socket.CloseStatus is { } status)
                {
                    await socket.CloseAsync(status, socket.CloseStatusDescription, CancellationToken.None);
                    return;
                }
                await socket.SendAsync(Encoding.UTF8.GetBytes($"{context.Request.Protocol} {text}"), WebSocketMessageType.Text, true, CancellationToken.None);
            }
        });
        await server.StartAsync();
        return server;
    }
}
