using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Tests.Sessions;

namespace K8sRecorder.Recording.Tests.Spool;

/// <summary>What a recorder does not understand, or may not have, it refuses in one line, and changes nothing.</summary>
public sealed class RefusedSpoolTests : IDisposable
{
    private readonly SessionRig _rig = new();

    [Theory]
    [InlineData("k8srecorder-spool/3\n", SpoolRefusal.NewerVersion, "version 3")]
    [InlineData("k8srecorder-spool/1\n", SpoolRefusal.OlderVersion, "version 1")]
    [InlineData("", SpoolRefusal.Damaged, "does not say")]
    [InlineData("k8srecorder-spool/", SpoolRefusal.Damaged, "does not say")]
    [InlineData("something else", SpoolRefusal.Damaged, "does not say")]
    public async Task Spool_of_another_version_is_refused_with_its_file_and_versions(string text, SpoolRefusal reason, string says)
    {
        await LeaveSessionAsync();
        var version = Path.Combine(_rig.SpoolFolder, "version");
        await File.WriteAllTextAsync(version, text);
        _rig.Spool.Dispose();
        var before = Fingerprints();
        var refused = Assert.Throws<SpoolRefusedException>(() => RecordingSpool.Open(new SpoolOptions(_rig.SpoolFolder, _rig.KeysFolder)));
        Assert.Equal(reason, refused.Reason);
        Assert.Contains(version, refused.Message, StringComparison.Ordinal);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(before, Fingerprints());
    }

    [Fact]
    public async Task Garbage_of_any_size_is_no_version()
    {
        await using (var file = File.Create(Path.Combine(_rig.SpoolFolder, "version")))
            file.SetLength(64L << 30);
        _rig.Spool.Dispose();
        var refused = Assert.Throws<SpoolRefusedException>(() => RecordingSpool.Open(new SpoolOptions(_rig.SpoolFolder, _rig.KeysFolder)));
        Assert.Equal(SpoolRefusal.Damaged, refused.Reason);
    }

    [Theory]
    [InlineData(3, SpoolRefusal.NewerVersion)]
    [InlineData(1, SpoolRefusal.OlderVersion)]
    public async Task One_session_of_another_version_leaves_all_as_it_is(byte version, SpoolRefusal reason)
    {
        var session = await LeaveSessionAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        _rig.Identity = _rig.Identity with { Pod = "other" };

        // An unborn session, a temporary file and an orphaned key before it: all of that would be cleaned up.
        var unborn = Directory.CreateDirectory(Path.Combine(_rig.SpoolFolder, "0" + session.Folder.Session.ToString()[1..])).FullName;
        await File.WriteAllTextAsync(Path.Combine(unborn, "open.json"), "{}");
        await File.WriteAllTextAsync(Path.Combine(unborn, "x.chunk.tmp"), "half");
        await File.WriteAllTextAsync(Path.Combine(_rig.KeysFolder, Path.GetFileName(unborn) + ".pem"), "key");
        var path = session.Folder.RecordFiles().Single();
        await File.WriteAllBytesAsync(path, WithVersion(await File.ReadAllBytesAsync(path), version));
        _rig.Restart();
        var before = Fingerprints();
        var refused = await Assert.ThrowsAsync<SpoolRefusedException>(() => _rig.StartAsync().AsTask());
        Assert.Equal(reason, refused.Reason);
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"version {version}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Fingerprints());
    }

    [Fact]
    public async Task State_cut_at_any_byte_or_with_any_bit_flipped_is_refused_and_left()
    {
        var session = await LeaveSessionAsync();
        var path = session.Folder.RecordFiles().Single();
        var whole = await File.ReadAllBytesAsync(path);
        Assert.True(Frame.TryRead(whole, out _, out var payload, out var length));
        var state = payload + length;
        var spoiled = Enumerable.Range(0, state).Select(cut => whole[..cut])
            .Concat(Enumerable.Range(0, state * 8).Where(bit => bit % 7 == 0).Select(bit => Flipped(whole, bit)));
        foreach (var bytes in spoiled)
        {
            await File.WriteAllBytesAsync(path, bytes);
            var refused = await Assert.ThrowsAsync<SpoolRefusedException>(() => _rig.StartAsync().AsTask());
            Assert.Equal(SpoolRefusal.Damaged, refused.Reason);
            Assert.Contains(path, refused.Message, StringComparison.Ordinal);
            Assert.Contains("Move it out of the spool", refused.Message, StringComparison.Ordinal);
            Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
        }

        // And as it says: moved away, the rest goes on.
        File.Move(path, Path.Combine(_rig.StoreFolder, "..", "moved"));
        await using var next = await _rig.StartAsync();
        Assert.NotEqual(session.Folder.Session, next.Id);
    }

    [Fact]
    public async Task Second_recorder_is_refused_and_touches_nothing()
    {
        await using var first = await _rig.StartAsync(RecordingMode.Strict);
        await first.AppendAsync(SessionRig.Request(first, "one"), default);
        var before = Fingerprints();
        var elsewhere = Path.Combine(_rig.StoreFolder, "..", "otherkeys");
        var refused = Assert.Throws<SpoolRefusedException>(() => RecordingSpool.Open(new SpoolOptions(_rig.SpoolFolder, elsewhere)));
        Assert.Equal(SpoolRefusal.Locked, refused.Reason);
        Assert.Contains(_rig.SpoolFolder, refused.Message, StringComparison.Ordinal);
        Assert.Contains("--spool", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(elsewhere));
        Assert.Equal(before, Fingerprints());
    }

    [Fact]
    public void Keys_belong_to_one_spool_at_a_time()
    {
        var elsewhere = Path.Combine(_rig.StoreFolder, "..", "otherspool");
        var refused = Assert.Throws<SpoolRefusedException>(() => RecordingSpool.Open(new SpoolOptions(elsewhere, _rig.KeysFolder)));
        Assert.Equal(SpoolRefusal.Locked, refused.Reason);
        Assert.Contains("--keys", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_that_start_at_once_one_gets_the_spool()
    {
        _rig.Spool.Dispose();
        using var go = new ManualResetEventSlim();
        var starting = Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                go.Wait();
                try
                {
                    return RecordingSpool.Open(new SpoolOptions(_rig.SpoolFolder, _rig.KeysFolder));
                }
                catch (SpoolRefusedException e) when (e.Reason == SpoolRefusal.Locked)
                {
                    return null;
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        go.Set();
        var opened = (await Task.WhenAll(starting)).Where(spool => spool is not null).ToList();
        Assert.Single(opened)!.Dispose();
    }

    [Fact]
    public void Path_that_is_a_file_is_refused_in_words()
    {
        var file = Path.Combine(_rig.StoreFolder, "file");
        File.WriteAllText(file, "");
        var refused = Assert.Throws<SpoolRefusedException>(() => RecordingSpool.Open(new SpoolOptions(file, _rig.KeysFolder)));
        Assert.Equal(SpoolRefusal.NotUsable, refused.Reason);
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains("--spool", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _rig.Dispose();

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        var flipped = bytes.ToArray();
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private static byte[] WithVersion(byte[] file, byte version)
    {
        Assert.True(Frame.TryRead(file, out _, out var payload, out var length));
        using var bytes = new PooledBytes();
        var frame = Frame.Begin(bytes, FrameType.State);
        bytes.WriteByte(version);
        bytes.Write(file.AsSpan(payload + 1, length - 1));
        Frame.End(bytes, frame);
        bytes.Write(file.AsSpan(payload + length));
        return bytes.Span.ToArray();
    }

    private async Task<(SessionFolder Folder, string Fingerprint)> LeaveSessionAsync()
    {
        var session = await _rig.StartAsync(RecordingMode.Strict);
        await session.AppendAsync(SessionRig.Request(session, "left"), default);
        await session.DisposeAsync();
        return (new SessionFolder(_rig.SpoolFolder, session.Id), session.Fingerprint);
    }

    /// <summary>Every file and folder of spool and keys with its content.</summary>
    private List<string> Fingerprints() =>
        [.. new[] { _rig.SpoolFolder, _rig.KeysFolder }
            .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal)
            .Select(path => path + " " + (File.Exists(path) && !path.EndsWith("/lock", StringComparison.Ordinal)
                ? Encoding.ASCII.GetString(File.ReadAllBytes(path)).Length + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) : ""))];
}
