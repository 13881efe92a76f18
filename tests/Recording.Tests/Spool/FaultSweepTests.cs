using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Spool;
using K8sRecorder.Recording.Tests.Sessions;
using K8sRecorder.Testing.Recordings;

namespace K8sRecorder.Recording.Tests.Spool;

/// <summary>
/// One life of a session, with a fault at its first call to the disk, then at its second, and so on to its last. Whatever happens: what was
/// acknowledged is there, and the store is sound.
/// </summary>
public class FaultSweepTests
{
    private const int DiskFull = 28;
    private const int QuotaExceeded = 122;
    private const int BrokenDisk = 5;
    private const int ReadOnly = 30;

    public static TheoryData<RecordingMode> Modes => new(Enum.GetValues<RecordingMode>());

    [Theory]
    [MemberData(nameof(Modes))]
    public Task Full_for_a_while_at_any_call_goes_on_without_a_restart(RecordingMode mode) => SweepAsync(mode, async (life, call) =>
    {
        life.Disk.Fault = (n, action) => n >= call && n < call + 3 && Takes(action) ? Failure(n % 2 == 0 ? DiskFull : QuotaExceeded) : null;
        await life.RunAsync();
        Assert.True(life.HasEnded, $"call {call}: {life.End}");
    });

    [Theory]
    [MemberData(nameof(Modes))]
    public Task Full_from_any_call_on_and_killed_recovers_when_there_is_room(RecordingMode mode) => SweepAsync(mode, async (life, call) =>
    {
        life.Disk.Fault = (n, action) => n >= call && Takes(action) ? Failure(DiskFull) : null;
        await life.RunUntilStuckAsync();
        await life.KillAsync();

        // Again without room: it says so, and takes nothing.
        var full = new FaultyDisk { Fault = (_, action) => Takes(action) ? Failure(DiskFull) : null };
        if (await life.TryStartAsync(full) is { } refused)
            Assert.True(SpoolDisk.IsFull(refused), refused.ToString());
    });

    [Fact]
    public Task Broken_from_any_call_on_fails_and_the_next_start_recovers() => SweepAsync(RecordingMode.Strict, async (life, call) =>
    {
        life.Disk.Fault = (n, _) => n >= call ? Failure(call % 2 == 0 ? BrokenDisk : ReadOnly) : null;
        await life.RunUntilStuckAsync();
        await life.KillAsync();
    });

    [Fact]
    public Task Broken_at_any_one_call_loses_nothing_that_was_told() => SweepAsync(RecordingMode.Strict, async (life, call) =>
    {
        life.Disk.Fault = (n, _) => n == call ? Failure(BrokenDisk) : null;
        await life.RunAsync();
        await life.KillAsync();
    });

    /// <summary>A call that needs room. (Deleting and syncing need it on no file system that a spool lies on.)</summary>
    private static bool Takes(DiskAction action) =>
        action is DiskAction.CreateFolder or DiskAction.Create or DiskAction.Write or DiskAction.Rename or DiskAction.SyncFolder;

    private static IOException Failure(int error) => new("a disk's failure", error);

    private static async Task SweepAsync(RecordingMode mode, Func<RecordedLife, int, Task> fault)
    {
        int calls;
        using (var whole = new RecordedLife(mode))
        {
            await whole.RunAsync();
            Assert.True(whole.HasEnded, $"{whole.End}");
            calls = whole.Disk.Calls;
        }

        // The disk is the same in every mode; what is different is who waits for it.
        Assert.InRange(calls, 60, 400);
        for (var call = 1; call <= calls; call += mode == RecordingMode.Strict ? 1 : 3)
        {
            using var life = new RecordedLife(mode);
            await fault(life, call);
            var check = await life.FinishAsync();
            Assert.True(check.Problems.Count == 0, $"call {call}: {string.Join("; ", check.Problems)}");
            var missing = life.Missing(check);
            Assert.True(missing.Count == 0 || Gaps(check) > 0, $"call {call}: {string.Join("; ", missing)} missing, told {life.Told.Count}");
            Assert.True(mode == RecordingMode.BestEffort || Gaps(check) == 0, $"call {call}: a gap");
            Assert.Equal(check.Sessions.Count, check.Closed.Count);
        }
    }

    private static int Gaps(StoreCheck check) => check.Sessions.Values.Sum(records => records.Count(record => record.Kind == "gap"));
}
