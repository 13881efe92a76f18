using K8sRecorder.Integration.Hostile;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Verify;
using K8sRecorder.Testing.Recordings;

namespace K8sRecorder.Integration.SpoolFaults;

/// <summary>The disk of the spool fills up while agents work, and has room again later: nobody restarts anything.</summary>
public sealed class FullDiskTests
{
    private const string Full = "recorder_spool_full";

    [SmallDiskFact]
    public async Task Buffered_agents_wait_for_room_and_lose_nothing()
    {
        await using var spool = new SmallSpool("Buffered");
        await spool.Sidecar.StartAgainAsync();
        await spool.AskAsync(times: 20, size: 500);
        spool.Disk.Fill();
        var waiting = new List<Task<(int Status, string Body)>>();
        while (waiting.Count < 8)
        {
            // Those before the disk is noticed to be full are answered: their records wait in memory.
            var asking = spool.AskAsync(size: 4000);
            if (await Task.WhenAny(asking, spool.UntilAsync(Full, 1)) != asking || waiting.Count > 0)
                waiting.Add(asking);
        }

        Assert.DoesNotContain(waiting, asking => asking.IsCompleted);
        spool.Disk.Free();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal(200, answer.Status));
        await spool.AskAsync(times: 5, size: 500);
        var (verdict, records) = await spool.EndAsync();
        Assert.Equal(Completeness.Complete, verdict.Completeness);
        Assert.Equal(spool.Answered.Count, SmallSpool.Bodies(records).Count);
        Assert.DoesNotContain(records, record => record.Kind is "session.resumed" or "gap");
    }

    [SmallDiskFact]
    public async Task Strict_agents_are_cut_or_told_after_a_while_and_what_they_got_is_recorded()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var spool = new SmallSpool("Strict", target => AnswerOrStreamAsync(target, goOn.Task));
        await spool.Sidecar.StartAgainAsync();
        await spool.AskAsync(times: 20, size: 500);
        using var agent = await RawPeer.ToAsync(spool.Port);
        await agent.SendAsync("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await agent.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal("6\r\nfirst;\r\n", await agent.ReadAsync(11));
        spool.Disk.Fill();
        goOn.SetResult();
        var streaming = agent.ReadToEndAsync();
        (int Status, string Body) answer;
        do
        {
            answer = await spool.AskAsync(size: 4000); // the last page may still have room for one
        }
        while (answer.Status == 200);
        var rest = await streaming;
        Assert.Equal(503, answer.Status);
        Assert.Contains("cannot be recorded now", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("0\r\n\r\n", rest, StringComparison.Ordinal);
        spool.Disk.Free();
        await spool.UntilAsync(Full, 0);
        await spool.AskAsync(times: 5, size: 500);
        var (verdict, records) = await spool.EndAsync();
        Assert.Equal(Completeness.Complete, verdict.Completeness);
        Assert.DoesNotContain(records, record => record.Kind is "session.resumed" or "gap");
        var streamed = string.Concat(records.Where(IsStreamed).Select(record => record.Text("body")));
        Assert.True(streamed.Count(c => c == 'x') >= rest.Count(c => c == 'x'), $"{streamed.Length} recorded, {rest.Length} received");
    }

    [SmallDiskFact]
    public async Task Best_effort_agents_feel_nothing_and_the_gap_is_signed_and_shown()
    {
        await using var spool = new SmallSpool("BestEffort");
        await spool.Sidecar.StartAgainAsync();
        await spool.AskAsync(times: 20, size: 500);
        spool.Disk.Fill();
        var until = spool.UntilAsync(Full, 1);
        while (!until.IsCompleted)
            await spool.AskAsync(times: 1, size: 4000);
        await until;
        await spool.AskAsync(times: 50, size: 500);
        spool.Disk.Free();
        await spool.UntilAsync(Full, 0);
        await spool.AskAsync(times: 5, size: 500);
        var (verdict, records) = await spool.EndAsync();
        Assert.Equal(Completeness.Incomplete, verdict.Completeness);
        Assert.Contains(verdict.Findings, finding => finding.Code == FindingCode.Gap);
        var gap = records.First(record => record.Kind == "gap");
        Assert.Equal("spoolFull", gap.Fields.GetProperty("reason").GetString());
        Assert.True(SmallSpool.Bodies(records).IsSupersetOf(spool.Answered.TakeLast(5)), "after the gap everything is recorded again");
        var (exitCode, output) = await PluginProcess.RunAsync(spool.Sidecar.Store, "verify", "--trust", spool.Sidecar.Fingerprint);
        Assert.Equal(2, exitCode);
        Assert.Contains("gap", output, StringComparison.Ordinal);
    }

    private static bool IsStreamed(CheckedRecord record) =>
        record.Kind.StartsWith("http.response", StringComparison.Ordinal) && record.Content.ContainsKey("body")
        && !record.Text("body").StartsWith("POST", StringComparison.Ordinal);

    /// <summary>A GET is answered with a beginning, and with the rest when it is told; all else with what it asked for.</summary>
    private static async Task AnswerOrStreamAsync(RawPeer agent, Task goOn)
    {
        while (await agent.ReadHeadAsync() is { } head)
        {
            if (head.StartsWith("GET", StringComparison.Ordinal))
            {
                await StreamAsync(agent, goOn);
                return;
            }

            var answer = $"POST / {await agent.ReadAsync(RawPeer.LengthOf(head))}";
            await agent.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {answer.Length}\r\n\r\n{answer}");
        }
    }

    private static async Task StreamAsync(RawPeer agent, Task goOn)
    {
        await agent.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst;\r\n");
        await goOn;
        var piece = $"1000\r\n{new string('x', 0x1000)}\r\n";
        for (var i = 0; i < 100; i++)
            await agent.SendAsync(piece);
        await agent.SendAsync("0\r\n\r\n");
        await agent.ReadToEndAsync();
    }
}
