using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using K8sRecorder.Benchmarks.Http.Peers;
using K8sRecorder.Integration;
using K8sRecorder.Testing;

namespace K8sRecorder.Benchmarks.Http;

/// <summary>From the start of the process until <c>/readyz</c> says yes, on empty folders.</summary>
internal static class StartToReady
{
    private const int Starts = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(string executable, Report report, CancellationToken ct)
    {
        var took = new List<double>();
        await OnceAsync(executable, ct); // the file's pages come from the disk the first time
        for (var i = 0; i < Starts; i++)
            took.Add(await OnceAsync(executable, ct));
        var median = Report.Median(took);
        report.LessThan(
            "start buffered",
            $"ready-ms={Report.Number(median, 0)} ({Report.Number(took.Min(), 0)}..{Report.Number(took.Max(), 0)}) starts={Starts}",
            median,
            Marks.StartToReadyMilliseconds);
    }

    private static async Task<double> OnceAsync(string executable, CancellationToken ct)
    {
        using var folder = new TemporaryFolder();
        var admin = Loopback.FreePort();
        await File.WriteAllTextAsync(folder["policy.yaml"], Policies.OneTarget(Loopback.FreePort(), new Uri("http://127.0.0.1:9"), mode: "Buffered"), ct);
        await File.WriteAllBytesAsync(folder["tag.key"], new byte[32], ct);
        Directory.CreateDirectory(folder["store"]);
        var watch = Stopwatch.StartNew();
        await using var server = await ServerProcess.StartAsync(
            admin,
            executable,
            ["--policy", folder["policy.yaml"], "--store", $"file://{folder["store"]}", "--spool", folder["spool"], "--keys", folder["keys"],
                "--tag-key", folder["tag.key"], "--admin", $"127.0.0.1:{admin}"],
            ct);
        while (!await IsReadyAsync(admin, ct))
        {
            if (watch.Elapsed > Patience)
                throw new BenchmarkFailedException("the sidecar is not ready");
            await Task.Delay(1, ct);
        }
        return watch.Elapsed.TotalMilliseconds;
    }

    private static async Task<bool> IsReadyAsync(int port, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var buffer = new byte[64];
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, ct);
            await socket.SendAsync("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray(), ct);
            var length = await socket.ReceiveAsync(buffer, ct);
            return buffer.AsSpan(0, length).StartsWith("HTTP/1.1 2"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
