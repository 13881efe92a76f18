using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sRecorder.Masking;
using K8sRecorder.Sidecar.Accept;
using K8sRecorder.Sidecar.Admin;
using K8sRecorder.Sidecar.Parse.Http;
using K8sRecorder.Sidecar.Parse.Http1;
using K8sRecorder.Sidecar.Pipeline;
using K8sRecorder.Sidecar.Record;
using K8sRecorder.Sidecar.Tests.Trust;
using Microsoft.Extensions.Logging.Abstractions;
using static K8sRecorder.Sidecar.Tests.WebSocket.Frames;

namespace K8sRecorder.Sidecar.Tests.WebSocket;

/// <summary>The same with TLS on both sides, as a redirected connection has it.</summary>
public sealed class TlsTests
{
    private static readonly X509Certificate2 Certificate = new TestIssuer("issuer").Issue(["localhost"]);

    [Fact]
    public async Task Messages_and_ends_pass_through_tls_on_both_sides()
    {
        using var upstream = new RawUpstream();
        await using var sidecar = await TestSidecar.StartAsync(upstream.Port); // its sessions only
        using var metrics = new SidecarMetrics();
        var settings = new RecorderSettings(MaskingEngine.Create(new MaskingOptions()), new RunLabels([]), 1 << 20, true, TimeProvider.System);
        var pipeline = new RecorderPipeline(sidecar.Run.Sessions, settings, new ChannelSlots(10), metrics, NullLogger<RecorderPipeline>.Instance);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var agentSocket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await agentSocket.ConnectAsync(listener.LocalEndpoint);
        var accepted = await listener.AcceptSocketAsync();
        var (agent, inner) = (Client(agentSocket), new SslStream(new NetworkStream(accepted, ownsSocket: true)));
        await Task.WhenAll(agent.AuthenticateAsClientAsync(Anybody), inner.AuthenticateAsServerAsync(Certificate));
        using var target = new HttpTarget(new ChannelFacts("target"), new TlsRoute(upstream.Port));
        using var connection = new Http1Connection(new Wire(accepted, inner), [], target, pipeline, null!);
        var running = connection.RunAsync();

        await agent.WriteAsync(Bytes("GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"));
        using var raw = await upstream.AcceptAsync();
        using var server = new SslStream(new NetworkStream(raw.Socket));
        await server.AuthenticateAsServerAsync(Certificate);
        await ExpectAsync(server, "GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        const string Answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        await server.WriteAsync(Bytes(Answer));
        await ExpectAsync(agent, Answer);
        foreach (var text in new[] { "one", new string('2', 100_000), "three" })
        {
            await agent.WriteAsync(Bytes(Masked(Text, text)));
            await ExpectAsync(server, Masked(Text, text));
            await server.WriteAsync(Bytes(Of(Text, text)));
            await ExpectAsync(agent, Of(Text, text));
        }
        await agent.WriteAsync(Bytes(Masked(Close, CloseOf(1000))));
        await ExpectAsync(server, Masked(Close, CloseOf(1000)));
        await server.ShutdownAsync();
        raw.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await agent.ReadAsync(new byte[1]));
        await agent.ShutdownAsync();
        agentSocket.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await server.ReadAsync(new byte[1]));
        await running;
        await sidecar.StopAsync();

        var messages = await RecordedMessage.AllAsync(sidecar);
        Assert.Equal(7, messages.Count);
        Assert.Equal(["agent close '' code=1000"], messages.Where(message => message.Type == "close").Select(message => message.ToString()));
        Assert.Equal("closed", (await Recorded.RecordsAsync(sidecar)).Single(record => record.Kind == "channel.closed").Text("reason"));
    }

    private static SslClientAuthenticationOptions Anybody => new()
    {
        TargetHost = "localhost",
        RemoteCertificateValidationCallback = (_, shown, _, _) => Certificate.Equals(shown),
    };

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static SslStream Client(Socket socket) => new(new NetworkStream(socket, ownsSocket: true));

    private static async Task ExpectAsync(Stream stream, string text)
    {
        var bytes = new byte[text.Length];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await stream.ReadExactlyAsync(bytes, patience.Token);
        Assert.Equal(text, Encoding.Latin1.GetString(bytes));
    }

    private sealed class TlsRoute(int port) : IRoute
    {
        public string Host => "localhost";

        public int Port => port;

        public bool IsTls => true;

        public bool KeepsHost => true;

        public TimeProvider Time => TimeProvider.System;

        public async ValueTask<Wire?> DialAsync(IReadOnlyList<SslApplicationProtocol> protocols, CancellationToken cancellationToken)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            var tls = Client(socket);
            await tls.AuthenticateAsClientAsync(Anybody, cancellationToken);
            return new Wire(socket, tls);
        }

        public ValueTask<bool> TakesHttp2Async() => ValueTask.FromResult(false);
    }
}
