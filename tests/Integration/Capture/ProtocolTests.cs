using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using K8sRecorder.Integration.Redirect;
using K8sRecorder.Testing.Net;

namespace K8sRecorder.Integration.Capture;

/// <summary>What is spoken through captured connections, quickly and slowly, arrives as it would without the recorder, and is recorded.</summary>
[Collection(SharedRecording.Name)]
public sealed class ProtocolTests(RecordingCapture pod)
{
    [NetworkFact]
    public async Task Trailers_arrive_and_are_recorded()
    {
        using var client = pod.Client(World.App, HttpVersion.Version20);
        using var answer = await client.PostAsync(new Uri("https://app.target.test/trailers"), new ByteArrayContent([0, 0, 0, 0, 2, 8, 1]));
        Assert.Equal([0, 0, 0, 0, 2, 8, 1], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());

        var request = await pod.RequestAsync("/trailers");
        Assert.Equal(("app", "1.3"), (request.Text("target"), request.Text("tls")));
        var end = await pod.EndAsync(request, "http.response");
        Assert.Contains("all went well", CapturePod.TextOf(end, "trailers"), StringComparison.Ordinal);
    }

    [NetworkFact]
    public async Task WebSocket_is_recorded_as_messages()
    {
        using var client = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(pod.Handler(World.App));
        await client.ConnectAsync(new Uri("wss://app.target.test/ws"), invoker, CancellationToken.None);
        await client.SendAsync("a message"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[64];
        var received = await client.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal("a message", Encoding.UTF8.GetString(buffer, 0, received.Count));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);

        foreach (var from in new[] { "agent", "target" })
            await pod.RecordAsync("ws.message", record => record.Text("from") == from && CapturePod.TextOf(record, "body") == "a message");
    }

    [NetworkFact]
    public async Task Events_arrive_one_by_one()
    {
        var events = pod.World.Server.Events = Channel.CreateUnbounded<string>();
        using var client = pod.Client(World.App);
        using var answer = await SendingFirstAsync();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        for (var i = 0; i < 5; i++)
        {
            if (i > 0)
                events.Writer.TryWrite(i.ToString(CultureInfo.InvariantCulture));
            Assert.Equal($"data: {i}", await reader.ReadLineAsync());
            Assert.Equal("", await reader.ReadLineAsync());
        }
        events.Writer.Complete();
        Assert.Null(await reader.ReadLineAsync());

        Assert.Equal("app", (await pod.RequestAsync("/events")).Text("target"));

        Task<HttpResponseMessage> SendingFirstAsync()
        {
            events.Writer.TryWrite("0");
            return client.GetAsync(new Uri("https://app.target.test/events"), HttpCompletionOption.ResponseHeadersRead);
        }
    }

    [NetworkTheory]
    [InlineData(false, "/hello-in-bytes")]
    [InlineData(true, "/hello-in-records")]
    public async Task Handshake_in_small_pieces_is_understood(bool asRecords, string path)
    {
        var socket = pod.Connect(World.App, 443);
        socket.NoDelay = true;
        await using var tls = await pod.TlsAsync(new SplitStream(new NetworkStream(socket, ownsSocket: true), asRecords), "app.target.test");
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: app.target.test\r\nConnection: close\r\n\r\n"));
        Assert.Contains("hello by HTTP/1.1", await ToEndAsync(tls), StringComparison.Ordinal);

        Assert.Equal("app", (await pod.RequestAsync(path)).Text("target"));
    }

    [NetworkFact]
    public async Task Request_in_single_bytes_is_understood()
    {
        using var socket = pod.Connect(World.App, 80);
        socket.NoDelay = true;
        foreach (var one in Encoding.ASCII.GetBytes("GET /in-bytes HTTP/1.1\r\nHost: app.target.test\r\nConnection: close\r\n\r\n"))
            socket.Send([one]);
        await using var stream = new NetworkStream(socket);
        Assert.Contains("hello by HTTP/1.1", await ToEndAsync(stream), StringComparison.Ordinal);

        Assert.Equal("app", (await pod.RequestAsync("/in-bytes")).Text("target"));
    }

    /// <summary>The server name alone could carry something out: it reached the target with the handshake.</summary>
    [NetworkFact]
    public async Task Handshake_without_a_request_is_recorded()
    {
        using (var socket = pod.Connect(World.App, 443))
        await using (await pod.TlsAsync(new NetworkStream(socket), "app.target.test", "http/1.1"))
        {
        }

        var opened = await pod.RecordAsync("channel.opened", record => record.Text("protocol") == "HTTP" && record.Text("target") == "app");
        Assert.Equal(("app", "app.target.test", "1.3"), (opened.Text("target"), CapturePod.TextOf(opened, "name"), opened.Text("tls")));
    }

    /// <summary>So do address and port, where nothing was said at all.</summary>
    [NetworkFact]
    public async Task Agent_that_leaves_in_the_middle_of_its_first_bytes_is_recorded()
    {
        var socket = pod.Connect(World.App, 443);
        socket.Send([22, 3, 1, 2]);
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();

        await pod.RecordAsync("connection.refused", record => record.Text("reason") == "left" && record.Text("destination") == $"{World.App}:443");
    }

    [NetworkFact]
    public async Task Target_that_speaks_first_is_heard()
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 2525));
        var agent = pod.Connect(World.Lines, 2525);
        using (var server = RedirectedPod.Waiting(listener).Accept())
        {
            server.Send("220 greeted first\r\n"u8);
            Assert.Equal("220 greeted first\r\n", Text(agent));
            agent.Send("QUIT at once\r\n"u8);
            Assert.Equal("QUIT at once\r\n", Text(server));
        }
        agent.Dispose();

        foreach (var (from, text) in new[] { ("target", "220 greeted first"), ("agent", "QUIT at once") })
            await pod.RecordAsync("tcp.data", record => record.Text("from") == from && CapturePod.TextOf(record, "body").Contains(text, StringComparison.Ordinal));
        await pod.RecordAsync("channel.opened", record => record.Text("target") == "lines" && record.Text("destination") == $"{World.Lines}:2525");
    }

    [NetworkFact]
    public async Task Tls_in_the_middle_of_words_is_counted()
    {
        using (var begun = StartTls.Begin(pod))
        {
            Assert.Equal(StartTls.Hello.Length, StartTls.Heard(begun.Server, StartTls.Hello.Length).Length);
            StartTls.Say(begun.Agent, begun.Server, StartTls.After);
            StartTls.Say(begun.Server, begun.Agent, StartTls.After);
        }

        var unread = await pod.RecordAsync("channel.unread", record => record.Text("onlyCountedFor") == "uninterceptable");
        var closed = await pod.RecordAsync("channel.closed", record => record.Channel == unread.Channel);
        Assert.True(closed.Number("in") >= StartTls.Hello.Length + StartTls.After.Length);
        var words = (await pod.RecordsAsync()).Where(record => record.Kind == "tcp.data" && record.Channel == unread.Channel).ToLookup(record => record.Text("from"), record => CapturePod.TextOf(record, "body"));
        Assert.Equal(("STARTTLS\r\n", "220 at your service\r\n220 go ahead\r\n"), (string.Concat(words["agent"]), string.Concat(words["target"])));
    }

    [NetworkFact]
    public async Task Agent_that_waits_for_the_target_is_heard_when_it_speaks()
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 7001));
        var agent = pod.Connect(World.Lines, 7001);
        using (var server = RedirectedPod.Waiting(listener).Accept())
        {
            // dialled: the recorder does not wait for the agent any more
            agent.Send("spoke late\n"u8);
            Assert.Equal("spoke late\n", Text(server));
        }
        agent.Dispose();

        await pod.RecordAsync("tcp.data", record => CapturePod.TextOf(record, "body").Contains("spoke late", StringComparison.Ordinal));
    }

    /// <summary>One word might become a request; the end says that it does not.</summary>
    [NetworkFact]
    public async Task Word_and_the_end_arrives_and_is_recorded()
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 7001));
        var agent = pod.Connect(World.Lines, 7001);
        agent.Send("singleword"u8);
        agent.Shutdown(SocketShutdown.Send);
        using (var server = RedirectedPod.Waiting(listener).Accept())
        {
            Assert.Equal("singleword", Text(server));
            server.Send("heard"u8);
        }
        Assert.Equal("heard", Text(agent));
        agent.Dispose();

        await pod.RecordAsync("tcp.data", record => CapturePod.TextOf(record, "body") == "singleword");
    }

    /// <summary>Where the policy says that a target speaks bytes, nobody waits for a word to become a request.</summary>
    [NetworkFact]
    public void Word_to_a_target_of_bytes_arrives_at_once()
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 7002));
        using var agent = pod.Connect(World.Lines, 7002);
        agent.Send("HELLO"u8);
        using var server = RedirectedPod.Waiting(listener).Accept(); // within five seconds; a word that may be a method has ten
        Assert.Equal("HELLO", Text(server));
    }

    [NetworkFact]
    public async Task Connection_into_the_pod_is_recorded()
    {
        using var listener = pod.Listen(RedirectedPod.AgentUid, "0.0.0.0", 8080);
        using var caller = pod.Pair.Outside.As(0, () => RedirectedPod.Connecting(NetworkPair.PodV4, 8080));
        caller.Send("GET /inbound HTTP/1.1\r\nHost: agent\r\n\r\n"u8);
        using (var agent = pod.Accept(RedirectedPod.AgentUid, listener))
        {
            Assert.StartsWith("GET /inbound", Text(agent), StringComparison.Ordinal);
            agent.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8);
            Assert.EndsWith("ok", Text(caller), StringComparison.Ordinal);
        }

        var request = await pod.RequestAsync("/inbound");
        Assert.Equal(("inbound", $"{NetworkPair.PodV4}:8080", caller.LocalEndPoint!.ToString()), (request.Text("target"), request.Text("destination"), request.Text("source")));
    }

    [NetworkFact]
    public async Task Client_that_takes_only_the_real_certificate_passes_unread_the_second_time()
    {
        string[] arguments = ["-sS", "-4", "--cacert", pod.RealAuthority, "https://v4.target.test/pinned"];
        var (exitCode, _) = await pod.RunAsync("curl", arguments);
        Assert.NotEqual(0, exitCode);
        await pod.RecordAsync("connection.refused", record => record.Text("reason") == "uninterceptable" && CapturePod.TextOf(record, "name") == "v4.target.test");
        (exitCode, var said) = await pod.RunAsync("curl", arguments);
        Assert.True(exitCode == 0, said);

        await pod.RecordAsync("channel.opened", record => record.Text("onlyCountedFor") == "uninterceptable" && record.Text("target") == "api");
    }

    [NetworkFact]
    public async Task Ssh_passes_counted()
    {
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 22));
        using var agent = pod.Connect(World.Lines, 22);
        using var server = RedirectedPod.Waiting(listener).Accept();
        server.Send("SSH-2.0-test\r\n"u8);
        Assert.Equal("SSH-2.0-test\r\n", Text(agent));

        await pod.RecordAsync("channel.opened", record => record.Text("onlyCountedFor") == "uninterceptable" && record.Text("destination") == $"{World.Lines}:22");
    }

    [NetworkFact]
    public async Task Own_name_for_the_address_of_a_target_gets_round_no_guard()
    {
        await pod.RunAsync("dig", ["+short", "evil.test"]);
        using var client = pod.Client(World.App, port: 80);
        using var denied = await client.GetAsync(new Uri("http://evil.test/admin/own-name"));
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        using var tls = pod.Client(World.App, HttpVersion.Version20);
        using var untrusted = await tls.GetAsync(new Uri("https://evil.test/admin/own-name"));
        Assert.Equal(HttpStatusCode.BadGateway, untrusted.StatusCode);

        await pod.RequestAsync("/admin/own-name");
        Assert.False(pod.World.Server.Saw("/admin"));
    }

    [NetworkFact]
    public async Task Without_the_sidecar_nothing_flows_and_with_it_everything_again()
    {
        var authority = await File.ReadAllBytesAsync(pod.Bundle(Sidecar.Trust.TrustBundle.AuthorityName));
        using var listener = pod.World.Network.As(0, () => RedirectedPod.Listening(World.Lines, 7000));
        using var held = pod.Connect(World.Lines, 7000);
        using var server = RedirectedPod.Waiting(listener).Accept();
        await pod.Sidecar.KillAsync();
        using (pod.Listen(RedirectedPod.AgentUid, "127.0.0.1", RedirectedPod.TcpPort))
            Assert.Equal(SocketError.ConnectionRefused, pod.ConnectError(World.App, 443)); // a squatter gets nobody
        Assert.Equal(SocketError.ConnectionRefused, pod.ConnectError(World.App, 443));
        Assert.Equal(SocketError.ConnectionRefused, pod.ConnectError(NetworkPair.FarV6, 443));
        await pod.StartAgainAsync();

        Assert.Equal(authority, await File.ReadAllBytesAsync(pod.Bundle(Sidecar.Trust.TrustBundle.AuthorityName)));
        Assert.Throws<SocketException>(() =>
        {
            // what was open before is over: the kernel says so at the first try or the second
            for (var i = 0; i < 2; i++)
            {
                held.Send("carried out"u8);
                held.Poll(1_000_000, SelectMode.SelectError);
            }
        });
        Assert.Equal(0, server.Available);
        using var client = pod.Client(World.App);
        Assert.Equal("hello by HTTP/1.1", await client.GetStringAsync(new Uri("https://app.target.test/after")));
        Assert.Equal("app", (await pod.RequestAsync("/after")).Text("target"));
    }

    private static string Text(Socket socket)
    {
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, RedirectedPod.Waiting(socket).Receive(buffer));
    }

    private static async Task<string> ToEndAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }
}
