using System.Text;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Tests.Sessions;

public class RecoveryTests
{
    public static TheoryData<string, bool> EveryPoint()
    {
        var data = new TheoryData<string, bool>();
        foreach (var point in Enum.GetNames<CrashPoint>())
        {
            data.Add(point, true);
            data.Add(point, false);
        }

        return data;
    }

    [Fact]
    public async Task Session_with_its_key_goes_on()
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(RecordingMode.Strict);
        await session.SignHeadAsync(default);
        await session.AppendAsync(SessionRig.Request(session, "before"), default);
        await session.DisposeAsync();
        Assert.Equal((1, 2), (session.Counters.CoveredRecords, session.Counters.Records));
        rig.Restart();
        await using var resumed = await rig.StartAsync(RecordingMode.Strict);
        Assert.Equal(session.Id, resumed.Id);
        Assert.True(resumed.Recovery.Resumed);
        await resumed.AppendAsync(SessionRig.Request(resumed, "after"), default);
        await resumed.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var records = check.Sessions[session.Id.ToString()];
        Assert.Equal(["session.opened", "http.request", "session.resumed", "http.request", "session.closed"], records.Select(r => r.Kind));
        Assert.Equal(1, records[2].Fields.GetProperty("covered").GetInt64());
        Assert.Equal(2, records[3].Fields.GetProperty("ch").GetInt64());
    }

    [Fact]
    public async Task Session_without_its_key_is_sealed_by_the_next()
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(RecordingMode.Strict);
        await session.AppendAsync(SessionRig.Request(session, "one"), default);
        await session.SignHeadAsync(default);
        await session.AppendAsync(SessionRig.Request(session, "two"), default);
        await session.DisposeAsync();
        rig.LoseKeys();
        rig.Restart();
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await using var next = await rig.StartAsync(RecordingMode.Strict);
        Assert.Equal([session.Id], next.Recovery.Recovered);
        await next.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var records = check.Sessions[session.Id.ToString()];
        Assert.Equal(["session.opened", "http.request", "http.request", "session.recovered"], records.Select(r => r.Kind));
        Assert.Equal(next.Id.ToString(), records[3].Fields.GetProperty("by").GetString());
        Assert.Equal(2, records[3].Fields.GetProperty("covered").GetInt64());
        Assert.Contains(session.Id.ToString(), check.Closed);
    }

    [Fact]
    public async Task Other_identity_closes_the_old_session_with_its_own_key()
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(RecordingMode.Strict);
        await session.AppendAsync(SessionRig.Request(session, "one"), default);
        await session.DisposeAsync();
        rig.Restart();
        rig.Identity = rig.Identity with { Policy = "other" };
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await using var next = await rig.StartAsync(RecordingMode.Strict);
        Assert.NotEqual(session.Id, next.Id);
        Assert.Equal([session.Id], next.Recovery.Closed);
        await next.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        Assert.Equal(next.Id.ToString(), check.Sessions[session.Id.ToString()][^1].Fields.GetProperty("next").GetString());
    }

    [Fact]
    public async Task Open_stream_ends_where_it_was_with_all_that_was_told()
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(RecordingMode.Strict);
        var first = session.NewDraft("http.response", session.NextChannel());
        first.SetContent("head", "HTTP/1.1 200 OK\n"u8);
        var stream = session.Begin(first, "http.response.data", null, events: true);
        await stream.AppendAsync("first "u8.ToArray(), null, 6, 0, default);
        await session.SealAsync(default);
        await stream.AppendAsync("second €"u8[..^1].ToArray(), null, 8, 0, default);
        await session.SealAsync(default);
        await stream.AppendAsync("€ third"u8[2..].ToArray(), null, 6, 12, default);
        await session.DisposeAsync();
        rig.Restart();
        await using var resumed = await rig.StartAsync(RecordingMode.Strict);
        await resumed.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var records = check.Sessions[session.Id.ToString()].Where(r => r.Kind.StartsWith("http.", StringComparison.Ordinal)).ToList();
        Assert.Equal("first second € third", Encoding.UTF8.GetString([.. records.SelectMany(r => r.Content["body"])]));
        Assert.Equal("recorderStopped", records[^1].Fields.GetProperty("cut").GetString());
        Assert.Equal(12, records[^1].Fields.GetProperty("pending").GetInt32());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(40)]
    public async Task Torn_entry_is_cut_off(int lost)
    {
        using var rig = new SessionRig();
        var session = await rig.StartAsync(RecordingMode.Strict);
        await session.AppendAsync(SessionRig.Request(session, "kept"), default);
        await session.AppendAsync(SessionRig.Request(session, "torn"), default);
        await session.DisposeAsync();
        var path = Directory.GetFiles(Path.Combine(rig.SpoolFolder, session.Id.ToString()), "*.open").Single();
        using (var file = File.Open(path, FileMode.Open))
            file.SetLength(file.Length - lost);

        // Nobody was told of it: the process died within the write, and the mark is older.
        File.Delete(SpoolMark.PathOf(rig.KeysFolder, session.Id));
        rig.Restart();
        await using var resumed = await rig.StartAsync(RecordingMode.Strict);
        Assert.True(resumed.Recovery.LostBytes > 0);
        await resumed.CloseAsync("stopped", null, default);
        var check = await rig.ShipAsync();
        Assert.Empty(check.Problems);
        var bodies = check.Sessions[session.Id.ToString()].Where(r => r.Kind == "http.request").Select(r => r.Text("body"));
        Assert.Equal(["kept"], bodies);
    }

    [Theory]
    [MemberData(nameof(EveryPoint))]
    public async Task Death_at_every_point_loses_nothing_that_was_told(string pointName, bool keepKey)
    {
        var point = Enum.Parse<CrashPoint>(pointName);
        for (var passing = 1; passing <= 2; passing++)
        {
            using var rig = new SessionRig();
            var told = new List<string>();
            var deaths = 0;

            // Every life dies at the point if it comes there: while recording, while recovering, while recovering a recovery.
            for (var life = 0; life < 3; life++)
            {
                var disk = new FaultyDisk { DieAt = point, DieAtPassing = passing };
                rig.Disk = disk;
                rig.Restart();
                rig.Time.Advance(TimeSpan.FromSeconds(1));
                await LiveAsync(rig, told, life);
                deaths += disk.Died ? 1 : 0;
                if (!keepKey)
                    rig.LoseKeys();
            }

            rig.Disk = new SpoolDisk();
            rig.Restart();
            await using (var last = await rig.StartAsync(RecordingMode.Strict))
                await last.CloseAsync("stopped", null, default);
            var check = await rig.ShipAsync();
            Assert.Empty(check.Problems);
            Assert.Equal(check.Sessions.Count, check.Closed.Count);
            var bodies = check.Sessions.Values.SelectMany(records => records).Where(r => r.Content.ContainsKey("body"))
                .Select(r => r.Text("body")).ToHashSet();
            Assert.All(told, text => Assert.Contains(text, bodies));
            Assert.True(deaths > 0 || passing > 1);
        }
    }

    /// <summary>Records, seals, ships and closes, until the disk "dies".</summary>
    private static async Task LiveAsync(SessionRig rig, List<string> told, int life)
    {
        RecordingSession? session = null;
        try
        {
            session = await rig.StartAsync(rig.Options(RecordingMode.Strict) with { ChunkBytes = 2000 });
            for (var i = 0; i < 6; i++)
            {
                var text = $"life {life} record {i} {new string('x', 300)}";
                await session.AppendAsync(SessionRig.Request(session, text), default);
                told.Add(text);
                if (i == 3)
                    await session.SealAsync(default);
            }

            await rig.ShipAsync();
            if (life == 1)
                await session.CloseAsync("stopped", null, default);
        }
        catch (Exception e) when (e is KilledException or RecordingFailedException { InnerException: KilledException })
        {
            // As dead as it can be within one process: the disk takes nothing any more.
        }
        finally
        {
            if (session is not null)
                await session.DisposeAsync();
        }
    }

    [Fact]
    public async Task Statement_of_a_session_that_never_began_is_not_shipped()
    {
        using var rig = new SessionRig(new FaultyDisk { DieAt = CrashPoint.StatementPlaced });
        await Assert.ThrowsAsync<KilledException>(() => rig.StartAsync().AsTask());
        rig.Disk = new SpoolDisk();
        rig.Restart();
        Assert.Empty((await rig.ShipAsync()).Sessions);
        await using var session = await rig.StartAsync();
        await session.CloseAsync("stopped", null, default);
        Assert.Equal([session.Id.ToString()], (await rig.ShipAsync()).Sessions.Keys);
    }

    [Fact]
    public void Spool_in_use_is_refused()
    {
        using var rig = new SessionRig();
        var refused = Assert.Throws<SpoolRefusedException>(() => RecordingSpool.Open(new SpoolOptions(rig.SpoolFolder, rig.KeysFolder)));
        Assert.Equal(SpoolRefusal.Locked, refused.Reason);
    }

    [Fact]
    public async Task Key_is_private_and_the_flipped_bit_is_found()
    {
        using var rig = new SessionRig();
        await using var session = await rig.StartAsync(RecordingMode.Strict);
        if (!OperatingSystem.IsWindows())
        {
            var key = Directory.GetFiles(rig.KeysFolder, "*.pem").Single();
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        }

        await session.AppendAsync(SessionRig.Request(session, "one"), default);
        await session.CloseAsync("stopped", null, default);
        Assert.Empty((await rig.ShipAsync()).Problems);
        var chunk = Directory.GetFiles(Path.Combine(rig.StoreFolder, StoreLayout.SessionPrefix(session.Id.ToString()), "sha256")).Single();
        var bytes = await File.ReadAllBytesAsync(chunk);
        bytes[^9] ^= 1;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(chunk, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(chunk, bytes);
        Assert.NotEmpty((await rig.ShipAsync()).Problems);
    }
}
