using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace K8sRecorder.Integration.Hostile;

/// <summary>A process that may open nothing more just when it is to dial a target.</summary>
public sealed class DiallingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Target_that_cannot_be_dialled_for_want_of_a_descriptor_is_answered_for()
    {
        await using var siege = await Siege.StartAsync(output, exchangesPerConnection: int.MaxValue);
        var process = siege.Sidecar.Process.Id;
        var status = 200;
        // a descriptor that the recorder gives back in this moment makes one try void
        for (var i = 0; i < 20 && status == 200; i++)
        {
            using var agent = await siege.AttackAsync();
            await siege.Neighbour.PassAsync(20); // it is accepted by then
            await LimitAsync(process, FirstFree(process));
            await agent.SendAsync("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
            (status, _) = await agent.ReadAnswerAsync();
            await LimitAsync(process, 1024);
        }

        Assert.Equal(502, status);
        Assert.Equal((200, "GET /after "), await siege.AskAsync("GET /after HTTP/1.1\r\nHost: h\r\n\r\n"));
        await siege.EndAsync("no descriptor to dial with");
    }

    /// <summary>The number that the next descriptor would have.</summary>
    private static int FirstFree(int process)
    {
        var taken = Directory.GetFileSystemEntries($"/proc/{process}/fd").Select(file => int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture)).ToHashSet();
        return Enumerable.Range(0, int.MaxValue).First(number => !taken.Contains(number));
    }

    private static async Task LimitAsync(int process, int files)
    {
        using var prlimit = Process.Start("prlimit", FormattableString.Invariant($"--pid {process} --nofile={files}:"));
        await prlimit.WaitForExitAsync();
        Assert.Equal(0, prlimit.ExitCode);
    }
}
