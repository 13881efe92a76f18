using K8sRecorder.Recording.Sessions;

namespace K8sRecorder.Recording.Tests.Sessions;

public class FullSpoolTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Strict_fails_after_its_wait_when_the_disk_is_full_and_nothing_is_torn()
    {
        var disk = new FaultyDisk();
        using var rig = new SessionRig(disk);
        var session = await rig.StartAsync(RecordingMode.Strict);
        await session.AppendAsync(SessionRig.Request(session, "kept"), default);
        disk.Room = 100;
        var refused = session.AppendAsync(SessionRig.Request(session, "refused"), default).AsTask();
        await UntilAsync(rig, () => refused.IsCompleted);
        await Assert.ThrowsAsync<SpoolFullException>(() => refused);
        disk.Room = long.MaxValue;
        await UntilAsync(rig, () => !session.Counters.SpoolFull || session.Counters.Records > 2);
        var later = session.AppendAsync(SessionRig.Request(session, "later"), default).AsTask();
        await UntilAsync(rig, () => later.IsCompleted);
        await later;
        await session.DisposeAsync();
        rig.Restart();
        await using var resumed = await rig.StartAsync();
        Assert.Equal(0, resumed.Recovery.LostBytes);
        await resumed.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var bodies = check.Sessions[resumed.Id.ToString()].Where(r => r.Kind == "http.request").Select(r => r.Text("body")).ToList();
        Assert.Equal("kept", bodies[0]);
        Assert.Equal("later", bodies[^1]);
    }

    [Fact]
    public async Task Disk_that_fails_ends_the_session_and_keeps_what_was_written()
    {
        var disk = new FaultyDisk();
        using var rig = new SessionRig(disk);
        var session = await rig.StartAsync(RecordingMode.Strict);
        await session.AppendAsync(SessionRig.Request(session, "kept"), default);
        disk.Broken = true;
        await Assert.ThrowsAsync<RecordingFailedException>(() => session.AppendAsync(SessionRig.Request(session, "lost"), default).AsTask());
        await Assert.ThrowsAsync<RecordingFailedException>(() => session.AppendAsync(SessionRig.Request(session, "lost"), default).AsTask());
        await session.DisposeAsync();
        disk.Broken = false;
        rig.Restart();
        await using var resumed = await rig.StartAsync(RecordingMode.Strict);
        await resumed.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        Assert.Equal("kept", Assert.Single(check.Sessions[session.Id.ToString()], r => r.Kind == "http.request").Text("body"));
    }

    [Fact]
    public async Task Strict_fails_after_its_wait_at_the_cap()
    {
        using var rig = new SessionRig(maxBytes: 20_000);
        await using var session = await rig.StartAsync(RecordingMode.Strict);
        var refused = FillAsync(session);
        await UntilAsync(rig, () => refused.IsCompleted);
        await Assert.ThrowsAsync<SpoolFullException>(() => refused);
        Assert.True(session.Counters.SpoolFull);
        Assert.InRange(rig.Spool.UsedBytes, 1, 30_000);
    }

    [Fact]
    public async Task Buffered_waits_at_the_cap_until_there_is_room()
    {
        using var rig = new SessionRig(maxBytes: 20_000);
        await using var session = await rig.StartAsync();
        var writing = FillAsync(session, count: 60);
        while (!writing.IsCompleted)
        {
            await UntilAsync(rig, () => writing.IsCompleted || session.Counters.SpoolFull);
            await rig.ShipAsync();
        }

        await writing;
        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        Assert.Equal(62, check.Sessions[session.Id.ToString()].Count);
    }

    [Fact]
    public async Task BestEffort_drops_and_says_so()
    {
        using var rig = new SessionRig(maxBytes: 20_000);
        await using var session = await rig.StartAsync(RecordingMode.BestEffort);
        await FillAsync(session, count: 40);
        var dropped = session.Counters.DroppedRecords;
        Assert.InRange(dropped, 1, 39);
        await session.SealAsync(default);
        await rig.ShipAsync();
        await session.AppendAsync(SessionRig.Request(session, "room again"), default);
        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var records = check.Sessions[session.Id.ToString()];
        var gaps = records.Where(r => r.Kind == "gap").ToList();
        Assert.Equal(dropped, gaps.Sum(gap => gap.Fields.GetProperty("records").GetInt64())); // more than one where a seal made room in between
        Assert.All(gaps, gap => Assert.Equal("spoolFull", gap.Fields.GetProperty("reason").GetString()));
        Assert.Equal(40 - dropped + 1, records.Count(r => r.Kind == "http.request"));
        Assert.Equal("room again", records[^2].Text("body"));
    }

    [Fact]
    public async Task BestEffort_cuts_a_stream_at_its_first_dropped_piece()
    {
        using var rig = new SessionRig(maxBytes: 20_000);
        await using var session = await rig.StartAsync(RecordingMode.BestEffort);
        var stream = session.Begin(session.NewDraft("tcp.data", session.NextChannel()), "tcp.data", null);
        for (var i = 0; i < 40; i++)
            await stream.AppendAsync(new byte[1000], null, 1000, 0, default);
        await stream.CompleteAsync(null, default);
        await session.SealAsync(default);
        await rig.ShipAsync();
        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var records = check.Sessions[session.Id.ToString()];
        var data = records.Where(r => r.Kind == "tcp.data").ToList();
        Assert.Equal("limit", data[^1].Fields.GetProperty("cut").GetString());
        var gap = Assert.Single(records, r => r.Kind == "gap");
        Assert.InRange(40_000 - data.Sum(r => r.Content["body"].Length), 1, gap.Fields.GetProperty("bytes").GetInt64());
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task BestEffort_counts_a_message_of_which_nothing_is_there_once(int pieces, bool ends)
    {
        using var disk = new GatedDisk();
        using var rig = new SessionRig(disk);
        await using var session = await rig.StartAsync(rig.Options(RecordingMode.BestEffort) with { QueueBytes = 500 });
        await session.FlushAsync(default);
        disk.Hold();
        await session.AppendAsync(SessionRig.Request(session, "in the queue, which is full with it", head: new string('h', 500)), default);
        var stream = session.Begin(session.NewDraft("tcp.data", session.NextChannel()), "tcp.data", null);
        for (var i = 0; i < pieces; i++)
            await stream.AppendAsync(new byte[1000], null, 1000, 0, default);
        if (ends)
            await stream.CompleteAsync(null, default);
        Assert.Equal(pieces > 0 || ends ? 1 : 0, session.Counters.DroppedRecords);
        disk.Release();
    }

    [Fact]
    public async Task BestEffort_says_once_what_it_dropped_though_its_stream_goes_on_without_text()
    {
        using var disk = new GatedDisk();
        using var rig = new SessionRig(disk);
        await using var session = await rig.StartAsync(rig.Options(RecordingMode.BestEffort) with { QueueBytes = 500 });
        await session.FlushAsync(default);
        disk.Hold();
        await session.AppendAsync(SessionRig.Request(session, "in the queue, which is full with it", head: new string('h', 500)), default);
        var stream = session.Begin(session.NewDraft("tcp.data", session.NextChannel()), "tcp.data", null);
        await stream.AppendAsync(new byte[1000], null, 1000, 0, default);
        disk.Release();
        for (var i = 0; i < 3; i++)
        {
            await session.FlushAsync(default);
            await session.AppendAsync(SessionRig.Request(session, $"{i}"), default);
            await stream.AppendAsync(ReadOnlyMemory<byte>.Empty, null, 1000, 0, default);
        }
        await stream.CompleteAsync(null, default);
        await session.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        Assert.Single(check.Sessions[session.Id.ToString()], r => r.Kind == "gap");
    }

    [Fact]
    public async Task Record_rate_slows_the_agent_down()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync(rig.Options() with { MaxRecordsPerSecond = 10 });
        var writing = FillAsync(session, count: 25);
        Assert.False(writing.IsCompleted);
        var started = rig.Time.GetUtcNow();
        await UntilAsync(rig, () => writing.IsCompleted, TimeSpan.FromMilliseconds(50));
        Assert.True(rig.Time.GetUtcNow() - started >= TimeSpan.FromSeconds(1.4));
        await session.CloseAsync("stopped", null, default);
        Assert.Empty((await rig.ShipAsync()).Problems);
    }

    private static async Task FillAsync(RecordingSession session, int count = 100)
    {
        var random = new Random(7);
        var noise = new byte[750];
        for (var i = 0; i < count; i++)
        {
            // Noise, because a chunk of anything else shrinks to nothing and leaves room.
            random.NextBytes(noise);
            await session.AppendAsync(SessionRig.Request(session, $"{i} " + Convert.ToBase64String(noise)), default);
        }
    }

    /// <summary>Moves the clock until something has happened.</summary>
    private static async Task UntilAsync(SessionRig rig, Func<bool> condition, TimeSpan? step = null)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 30_000, "it never happened");
            await Task.Delay(1);
            rig.Time.Advance(step ?? Step);
        }
    }
}
