using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using K8sRecorder.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace K8sRecorder.Integration.WebSocket;

/// <summary>Real clients and servers of WebSocket through the real sidecar: .NET's and Node's, each against the other.</summary>
public sealed class PeersTests
{
    private static readonly string[] Texts = ["hello", "Grüß Gott ✓", "{\"type\":\"response.create\",\"text\":\"" + new string('x', 5000) + "\"}", "hello"];

    [Fact]
    public async Task Client_of_dotnet_talks_to_a_server_of_node()
    {
        string[] paths = ["plain/echo", "plain/fragments", "deflate/echo", "deflate/fragments", "forgets/echo"];
        await using var server = await NodeProcess.ServeInstalledAsync("tests/node/ws-server.mjs");
        var port = Loopback.FreePort();
        await using var sidecar = await SidecarProcess.StartAsync(Policies.OneTarget(port, server.Address));
        var bytes = RandomNumberGenerator.GetBytes(200_000);
        foreach (var path in paths)
            await TalkAsync(new Uri($"ws://127.0.0.1:{port}/{path}"), bytes);
        await sidecar.StopWhenShippedAsync();

        var channels = MessagesOf(sidecar).GroupBy(m => m.GetProperty("ch").GetInt64()).ToList();
        Assert.Equal(paths.Length, channels.Count);
        foreach (var (path, channel) in paths.Zip(channels))
        {
            foreach (var from in new[] { "agent", "target" })
            {
                var data = channel.Where(m => From(m) == from && (TypeOf(m) is "text" or "binary")).ToList();
                // a JSON message may wait for later text to decide its own
                Assert.Equal(["binary", "text", "text", "text", "text"], data.Select(TypeOf).Order());
                Assert.All(data, m => Assert.Equal(!path.StartsWith("plain", StringComparison.Ordinal), m.TryGetProperty("deflated", out _)));
            }
            Assert.Contains(channel, m => TypeOf(m) == "close" && From(m) == "agent" && m.GetProperty("code").GetInt32() == 1000);
            Assert.Equal(path.EndsWith("fragments", StringComparison.Ordinal), channel.Any(m => TypeOf(m) == "ping"));
        }
        var first = channels[2].First(m => From(m) == "target" && TypeOf(m) == "text").GetProperty("seq").GetInt64();
        var (_, cat) = await PluginProcess.RunAsync(sidecar.Store, "cat", $"latest/{first}", "--raw");
        Assert.Equal("hello", cat);
        var (exitCode, output) = await PluginProcess.RunAsync(sidecar.Store, "verify", "--trust", sidecar.Fingerprint);
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Client_of_node_talks_to_a_server_of_dotnet()
    {
        await using var server = await EchoServerAsync();
        var port = Loopback.FreePort();
        await using var sidecar = await SidecarProcess.StartAsync(Policies.OneTarget(port, new Uri(server.Urls.First()), mode: "Buffered"));
        var said = await NodeProcess.RunAsync("tests/node/ws-client.mjs", new Dictionary<string, string> { ["WS_URL"] = $"ws://127.0.0.1:{port}/echo" });
        await sidecar.StopWhenShippedAsync();

        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["plain", "deflate", "forgets"], lines.Select(line => line.GetProperty("name").GetString()));
        Assert.All(lines, line => Assert.Equal((3000, "said all", 6),
            (line.GetProperty("code").GetInt32(), line.GetProperty("reason").GetString(), line.GetProperty("heard").GetInt32())));
        var channels = MessagesOf(sidecar).GroupBy(m => m.GetProperty("ch").GetInt64()).ToList();
        Assert.Equal(3, channels.Count);
        Assert.All(channels, channel =>
        {
            foreach (var from in new[] { "agent", "target" })
            {
                var data = channel.Where(m => From(m) == from && (TypeOf(m) is "text" or "binary")).ToList();
                Assert.Equal(["binary", "text", "text", "text", "text", "text"], data.Select(TypeOf).Order());
            }
            Assert.DoesNotContain(channel, m => m.TryGetProperty("broken", out _) || m.TryGetProperty("cut", out _) || m.TryGetProperty("error", out _));
            Assert.Equal(2, channel.Count(m => TypeOf(m) == "close" && m.GetProperty("code").GetInt32() == 3000));
        });
        var (exitCode, output) = await PluginProcess.RunAsync(sidecar.Store, "verify", "--trust", sidecar.Fingerprint);
        Assert.True(exitCode == 0, output);
    }

    private static async Task TalkAsync(Uri address, byte[] bytes)
    {
        using var client = new ClientWebSocket();
        if (!address.AbsolutePath.StartsWith("/plain", StringComparison.Ordinal))
            client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions { ClientMaxWindowBits = address.AbsolutePath.StartsWith("/forgets", StringComparison.Ordinal) ? 10 : 15 };
        await client.ConnectAsync(address, CancellationToken.None);
        foreach (var text in Texts)
        {
            await client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
            Assert.Equal(text, Encoding.UTF8.GetString(await ReceiveAsync(client)));
        }
        await client.SendAsync(bytes, WebSocketMessageType.Binary, true, CancellationToken.None);
        Assert.Equal(bytes, await ReceiveAsync(client));
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None);
    }

    private static List<JsonElement> MessagesOf(SidecarProcess sidecar) =>
        [.. Recorded.Lines(sidecar.StoreFolder).Where(record => record.GetProperty("kind").GetString() == "ws.message")];

    private static string? TypeOf(JsonElement message) => message.GetProperty("type").GetString();

    private static string? From(JsonElement message) => message.GetProperty("from").GetString();

    private static async Task<byte[]> ReceiveAsync(System.Net.WebSockets.WebSocket socket)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, CancellationToken.None);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return message.ToArray();
        }
    }

    private static async Task<WebApplication> EchoServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        server.UseWebSockets();
        server.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { DangerousEnableCompression = true });
            var buffer = new byte[4096];
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseAsync(part.CloseStatus ?? WebSocketCloseStatus.Empty, part.CloseStatusDescription, CancellationToken.None);
                    return;
                }
                await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, CancellationToken.None);
            }
        });
        await server.StartAsync();
        return server;
    }
}
