using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Tests.Sessions;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Recording.Tests.Spool;

/// <summary>
/// A spool whose bytes are not the ones that were written. Torn at the end: nobody was told of it. Damaged before that: what comes before is
/// recovered, and a gap record says what does not.
/// </summary>
public sealed class DamagedSpoolTests : IDisposable
{
    private const int Records = 6;

    private readonly SessionRig _rig = new(inMemory: true);

    [Fact]
    public async Task Record_file_cut_at_any_byte_goes_on_with_what_is_whole()
    {
        var (path, whole, frames) = await LeaveAsync();
        for (var cut = frames[^1].At; cut < whole.Length; cut++)
        {
            using var copy = CopyOf(path, whole[..cut]);
            Remark(copy, frames[^1].At);
            await using var resumed = await copy.StartAsync(RecordingMode.Strict);
            Assert.True(resumed.Recovery.Resumed);
            Assert.Empty(resumed.Recovery.Damaged);
            Assert.Equal(cut - frames[^1].At, resumed.Recovery.LostBytes);
            await resumed.CloseAsync("stopped", null, default);
            var check = await copy.ShipAsync();
            Assert.Empty(check.Problems);
            Assert.DoesNotContain(check.Sessions.Values.Single(), record => record.Kind == "gap");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Flipped_bit_in_any_frame_is_named_with_all_behind_it(bool keepKey)
    {
        var (path, whole, frames) = await LeaveAsync();
        foreach (var (at, type, end) in frames.Skip(1))
        {
            // In the length, in the checksum, in the type, in the header's own check, and in the payload.
            foreach (var where in new[] { at, at + 5, at + 8, at + 10, at + Frame.HeaderLength, end - 1 })
            {
                var bytes = whole.ToArray();
                bytes[where] ^= 0x10;
                using var copy = CopyOf(path, bytes);
                if (!keepKey)
                    copy.LoseKeys();
                copy.Restart();
                await using var next = await copy.StartAsync(RecordingMode.Strict);
                var isHeader = where < at + Frame.HeaderLength;
                var isHeadsPayload = type == FrameType.Head && !isHeader;
                Assert.Equal(isHeadsPayload && keepKey, next.Recovery.Resumed);
                await next.CloseAsync("stopped", null, default);
                var check = await copy.ShipAsync();
                Assert.Empty(check.Problems);
                var records = check.Sessions.First().Value;
                var before = frames.Count(frame => frame.Type == FrameType.Record && frame.At < at);
                if (isHeadsPayload)
                {
                    Assert.DoesNotContain(records, record => record.Kind == "gap");
                    continue;
                }

                var after = frames.Count(frame => frame.Type == FrameType.Record && frame.At >= at);
                Assert.Equal(before, records.Count(record => record.Kind is "http.request" or "session.opened"));
                var gap = Assert.Single(records, record => record.Kind == "gap");
                Assert.Equal("spoolDamaged", gap.Fields.GetProperty("reason").GetString());
                Assert.Equal(whole.Length - at, gap.Fields.GetProperty("bytes").GetInt64());
                Assert.Equal(isHeader ? 0 : after, gap.Fields.GetProperty("records").GetInt64());
                Assert.Equal("session.recovered", records[^1].Kind);
                Assert.Equal(bytes, await File.ReadAllBytesAsync(Assert.Single(next.Recovery.Damaged)));
                await VerifyAsync(copy, expectsGap: true);
            }
        }
    }

    [Fact]
    public async Task Recovery_of_damage_that_dies_anywhere_still_names_it()
    {
        var (path, whole, frames) = await LeaveAsync();
        whole[frames[3].At + Frame.HeaderLength] ^= 1;
        foreach (var point in Enum.GetValues<CrashPoint>())
        {
            using var copy = CopyOf(path, whole);
            copy.Disk = new FaultyDisk { DieAt = point };
            copy.Restart();
            var died = await Record.ExceptionAsync(async () =>
            {
                await using var dying = await copy.StartAsync(RecordingMode.Strict);
            });
            Assert.True(died is null or KilledException, $"{died}");
            copy.Disk = new SpoolDisk();
            copy.Restart();
            copy.Time.Advance(TimeSpan.FromSeconds(1));
            await using (var next = await copy.StartAsync(RecordingMode.Strict))
                await next.CloseAsync("stopped", null, default);
            var check = await copy.ShipAsync();
            Assert.Empty(check.Problems);
            Assert.Contains(check.Sessions.First().Value, record => record.Kind == "gap");
            await VerifyAsync(copy, expectsGap: true);
        }
    }

    [Fact]
    public async Task Garbage_of_any_size_behind_a_record_file_costs_no_memory()
    {
        var (path, whole, _) = await LeaveAsync();
        using var copy = CopyOf(path, whole);
        var target = CopiedPath(copy, path);
        await using (var file = File.Open(target, FileMode.Open))
            file.SetLength(16L << 30);
        copy.Restart();
        var before = GC.GetTotalAllocatedBytes();
        await using var next = await copy.StartAsync(RecordingMode.Strict);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
        Assert.Single(next.Recovery.Damaged);
        Assert.InRange(copy.Spool.UsedBytes, 0, 1 << 20);
        await next.CloseAsync("stopped", null, default);
        var check = await copy.ShipAsync();
        Assert.Empty(check.Problems);
        Assert.Contains(check.Sessions.First().Value, record => record.Kind == "gap");
    }

    [Theory]
    [InlineData("truncated", "*.chunk", FindingCode.ChunkMissing)]
    [InlineData("flipped", "*.chunk", FindingCode.ChunkMissing)]
    [InlineData("empty", "*.chunk", FindingCode.ChunkMissing)]
    [InlineData("linked", "*.chunk", FindingCode.ChunkMissing)]
    [InlineData("truncated", "open.json", FindingCode.StatementMissing)]
    [InlineData("flipped", "open.json", FindingCode.StatementMissing)]
    [InlineData("truncated", "close.json", FindingCode.CloseMissing)]
    public async Task Object_that_is_not_what_was_put_there_is_never_shipped(string how, string which, FindingCode finding)
    {
        var session = await _rig.StartAsync(RecordingMode.Strict);
        await session.AppendAsync(SessionRig.Request(session, "one"), default);
        await session.SealAsync(default);
        await session.AppendAsync(SessionRig.Request(session, "two"), default);
        await session.CloseAsync("stopped", null, default);
        await session.DisposeAsync();
        var path = Directory.GetFiles(Path.Combine(_rig.SpoolFolder, session.Id.ToString()), which).Order(StringComparer.Ordinal).First();
        Spoil(path, how);
        _rig.Restart();
        var told = new List<string>();
        _rig.Spool.Damaged += told.Add;
        await _rig.ShipAsync();
        await using var store = new FolderStore(_rig.StoreFolder);
        var verdict = await new StoreVerifier(store, TrustSet.Empty).VerifyAsync(null, default);
        var result = Assert.Single(verdict.Sessions);
        Assert.Contains(result.Findings, found => found.Code == finding);
        Assert.DoesNotContain(result.Findings, found => found.Code == FindingCode.NameMismatch || found.Code == FindingCode.StatementSyntax);
        Assert.True(Tampering(result).Count == 0 || which == "open.json", string.Join("; ", result.Findings));
        Assert.Equal(0, _rig.Spool.WaitingEntries);
        if (how != "linked")
            Assert.Equal([path], told);
    }

    [Fact]
    public async Task Chunk_damaged_before_its_record_file_went_is_sealed_again()
    {
        _rig.Disk = new FaultyDisk { DieAt = CrashPoint.ChunkPlaced };
        _rig.Restart();
        var session = await _rig.StartAsync(RecordingMode.Strict);
        await session.AppendAsync(SessionRig.Request(session, "one"), default);
        await Assert.ThrowsAsync<RecordingFailedException>(() => session.SealAsync(default).AsTask());
        await session.DisposeAsync();
        var chunk = Directory.GetFiles(Path.Combine(_rig.SpoolFolder, session.Id.ToString()), "*.chunk").Single();
        Spoil(chunk, "truncated");
        _rig.Disk = new SpoolDisk();
        _rig.Restart();
        await using var resumed = await _rig.StartAsync(RecordingMode.Strict);
        await resumed.CloseAsync("stopped", null, default);
        var check = await _rig.ShipAsync();
        Assert.Empty(check.Problems);
        Assert.Contains(check.Sessions.Single().Value, record => record.Kind == "http.request");
    }

    [Fact]
    public async Task Strangers_in_the_spool_are_left_alone()
    {
        var secret = Path.Combine(_rig.StoreFolder, "..", "outside");
        await File.WriteAllTextAsync(secret, "outside");
        var session = await _rig.StartAsync(RecordingMode.Strict);
        var folder = Path.Combine(_rig.SpoolFolder, session.Id.ToString());
        await session.AppendAsync(SessionRig.Request(session, "one"), default);
        await session.DisposeAsync();
        Directory.CreateDirectory(Path.Combine(_rig.SpoolFolder, "lost+found"));
        await File.WriteAllTextAsync(Path.Combine(_rig.SpoolFolder, "notes.txt"), "a stranger");
        await File.WriteAllTextAsync(Path.Combine(folder, "core.1234"), "a stranger");
        Directory.CreateDirectory(Path.Combine(folder, "sub"));
        File.CreateSymbolicLink(Path.Combine(folder, "00000000000000000099.open"), secret);
        File.CreateSymbolicLink(Path.Combine(folder, $"00000000000000000098-{new string('a', 64)}.chunk"), secret);
        Directory.CreateSymbolicLink(Path.Combine(_rig.SpoolFolder, "1" + session.Id.ToString()[1..]), Path.GetDirectoryName(secret)!);
        _rig.Restart();
        await using var resumed = await _rig.StartAsync(RecordingMode.Strict);
        Assert.True(resumed.Recovery.Resumed);
        await resumed.CloseAsync("stopped", null, default);
        var check = await _rig.ShipAsync();
        Assert.Empty(check.Problems);
        Assert.Equal("outside", await File.ReadAllTextAsync(secret));
        Assert.True(File.Exists(Path.Combine(folder, "core.1234")));
        Assert.True(File.Exists(Path.Combine(_rig.SpoolFolder, "notes.txt")));
    }

    public void Dispose() => _rig.Dispose();

    private static void Spoil(string path, string how)
    {
        var bytes = File.ReadAllBytes(path);
        switch (how)
        {
            case "truncated":
                File.WriteAllBytes(path, bytes[..^1]);
                break;
            case "flipped":
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            default:
                File.Delete(path);
                File.CreateSymbolicLink(path, "/etc/hostname");
                break;
        }
    }

    /// <summary>What is there and is not what was signed; but for the store's own name, which these tests do without.</summary>
    private static List<Finding> Tampering(VerifyResult result) =>
        [.. result.Findings.Where(finding => Severity.IsTampering(finding.Code) && finding.Code != FindingCode.StoreIdentity)];

    private static string CopiedPath(SessionRig copy, string path) =>
        Path.Combine(copy.SpoolFolder, Path.GetFileName(Path.GetDirectoryName(path)!), Path.GetFileName(path));

    private static async Task VerifyAsync(SessionRig rig, bool expectsGap)
    {
        await using var store = new FolderStore(rig.StoreFolder);
        var verdict = await new StoreVerifier(store, TrustSet.Empty).VerifyAsync(null, default);
        Assert.All(verdict.Sessions, session => Assert.Empty(Tampering(session)));
        Assert.Equal(expectsGap, verdict.Sessions.Any(session => session.Findings.Any(finding => finding.Code == FindingCode.Gap)));
    }

    /// <summary>The mark of a process that died within a write: it was told of no more than the frames before.</summary>
    private static void Remark(SessionRig copy, long length)
    {
        var path = Directory.GetFiles(copy.KeysFolder, "*" + SpoolMark.Suffix).Single();
        var bytes = new byte[SpoolMark.Size];
        new SpoolMark(0, length).Write(bytes);
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>The same spool, keys and store in another place, with one record file of other bytes.</summary>
    private SessionRig CopyOf(string path, byte[] bytes)
    {
        var copy = new SessionRig(inMemory: true);
        foreach (var (from, to) in new[] { (_rig.SpoolFolder, copy.SpoolFolder), (_rig.KeysFolder, copy.KeysFolder) })
        {
            foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
            {
                var target = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target, overwrite: true);
            }
        }

        File.WriteAllBytes(CopiedPath(copy, path), bytes);
        copy.Time.Advance(TimeSpan.FromSeconds(1));
        return copy;
    }

    /// <summary>A session that died with one record file: records, a head in the middle and one at the end, records behind it.</summary>
    private async Task<(string Path, byte[] Whole, List<(int At, FrameType Type, int End)> Frames)> LeaveAsync()
    {
        var session = await _rig.StartAsync(RecordingMode.Strict);
        for (var i = 0; i < Records; i++)
        {
            await session.AppendAsync(SessionRig.Request(session, $"record {i}"), default);
            if (i % 3 == 1)
                await session.SignHeadAsync(default);
        }

        await session.DisposeAsync();
        var path = Directory.GetFiles(Path.Combine(_rig.SpoolFolder, session.Id.ToString()), "*.open").Single();
        var whole = await File.ReadAllBytesAsync(path);
        var frames = new List<(int, FrameType, int)>();
        for (var at = 0; at < whole.Length;)
        {
            Assert.True(Frame.TryRead(whole.AsSpan(at), out var type, out var payload, out var length));
            frames.Add((at, type, at + payload + length));
            at += payload + length;
        }

        return (path, whole, frames);
    }
}
