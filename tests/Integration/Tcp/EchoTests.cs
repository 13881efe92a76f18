using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.Tcp;

/// <summary>Raw TCP through the sidecar: an echo server, what it got, what came back, and what stands in the recording.</summary>
public sealed class EchoTests
{
    [Fact]
    public async Task Echo_is_forwarded_and_recorded_with_times()
    {
        using var echo = new TcpListener(IPAddress.Loopback, 0);
        echo.Start();
        var serving = EchoAsync(echo);
        var port = Loopback.FreePort();
        var upstream = new Uri($"tcp://127.0.0.1:{((IPEndPoint)echo.LocalEndpoint).Port}");
        await using var sidecar = await SidecarProcess.StartAsync(Policies.OneTarget(port, upstream, "TCP"));

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            var stream = client.GetStream();
            foreach (var line in new[] { "first\n", "second ✓\n", "third\n" })
            {
                var sent = Encoding.UTF8.GetBytes(line);
                var received = new byte[sent.Length];
                await stream.WriteAsync(sent);
                await stream.ReadExactlyAsync(received);
                Assert.Equal(sent, received);
            }
            client.Client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        }
        await serving;
        await sidecar.StopWhenShippedAsync();

        var records = Recorded.Lines(sidecar.StoreFolder);
        var data = records.Where(record => record.GetProperty("kind").GetString() == "tcp.data").ToList();
        Assert.Equal(["agent", "target"], data.Select(record => record.GetProperty("from").GetString()).Distinct().Order());
        Assert.All(data, record => Assert.True(record.GetProperty("body").TryGetProperty("parts", out _)));
        // Pairs of bytes and milliseconds: three lines, each an event of its own; what the masker held back for a moment may be one more.
        Assert.InRange(data.Sum(record => record.GetProperty("events").GetArrayLength() / 2), 6, 12);
        Assert.Contains(records, record => record.GetProperty("kind").GetString() == "channel.closed");
        var (exitCode, output) = await PluginProcess.RunAsync(sidecar.Store, "verify", "--trust", sidecar.Fingerprint);
        Assert.True(exitCode == 0, output);
    }

    private static async Task EchoAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await client.GetStream().CopyToAsync(client.GetStream());
    }
}
