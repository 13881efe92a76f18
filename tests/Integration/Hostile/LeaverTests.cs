using System.Net.Sockets;
using System.Text.Json;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>Agents that leave while what they sent waits for a target that never reads: noticed, though nothing can be read or written.</summary>
public sealed class LeaverTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Raw_connection_whose_target_never_reads_is_stopped()
    {
        var records = await LeaveAsync(siege => RawPeer.ToAsync(siege.TcpPort), "raw target that never reads");

        Assert.Contains(records, record => Siege.Text(record, "kind") == "channel.closed" && Siege.Text(record, "reason") == "clientAborted");
    }

    [Fact]
    public async Task Target_that_never_reads_stops_its_agent_and_nobody_else()
    {
        var records = await LeaveAsync(
            async siege =>
            {
                var agent = await siege.AttackAsync();
                await agent.SendAsync("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 1073741824\r\n\r\n");
                return agent;
            },
            "target that never reads");

        Assert.Contains(records, record => Siege.Text(record, "kind").StartsWith("http.request", StringComparison.Ordinal) && Siege.Text(record, "cut") == "clientAborted");
    }

    /// <summary>Sends until nothing goes out any more, resets, and waits until the sidecar has let go of both sides.</summary>
    private async Task<IReadOnlyList<JsonElement>> LeaveAsync(Func<Siege, Task<RawPeer>> begin, string attack)
    {
        var over = new TaskCompletionSource();
        await using var siege = await Siege.StartAsync(output, target => over.Task, exchangesPerConnection: int.MaxValue);
        try
        {
            var before = ProcessFigures.Sockets(siege.Sidecar.Process.Id);
            long sent = 0;
            using var agent = await begin(siege);
            var flooding = Task.Run(async () =>
            {
                try
                {
                    while (Interlocked.Read(ref sent) < 1 << 30)
                        Interlocked.Add(ref sent, await agent.Socket.SendAsync(EndlessTests.Text));
                }
                catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
                {
                    // it was reset
                }
            });
            var stuckAt = await EndlessTests.UntilStuckAsync(siege, () => Interlocked.Read(ref sent));
            Assert.InRange(stuckAt, 1, EndlessTests.MostInFlight);
            agent.Reset();
            await flooding;
            await ConnectionTests.UntilSocketsAsync(siege, before + 1);
            over.SetResult();
            return await siege.EndAsync($"{attack}, agent stopped after {stuckAt >> 10} KiB");
        }
        finally
        {
            over.TrySetResult(); // the target's end waits for its script
        }
    }
}
