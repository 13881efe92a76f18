using K8sRecorder.Recording.Sessions;

namespace K8sRecorder.Recording.Tests.Sessions;

public class IntakeTests
{
    private const int QueueBytes = 1000;

    [Fact]
    public async Task Who_waits_is_admitted_in_order_and_only_as_far_as_there_is_room()
    {
        using var rig = new SessionRig();
        using var intake = NewIntake(rig);
        Assert.True(await intake.AdmitAsync(QueueBytes, 1, default));
        var waiting = Enumerable.Range(0, 5).Select(_ => intake.AdmitAsync(400, 1, default).AsTask()).ToArray();
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        intake.Written(QueueBytes);
        await Task.WhenAll(waiting[..2]);
        Assert.All(waiting[2..], task => Assert.False(task.IsCompleted));
        Assert.Equal(800, intake.QueuedBytes);
        intake.Written(800);
        await Task.WhenAll(waiting[2..4]);
        intake.Written(800);
        Assert.True(await waiting[4]);
    }

    [Fact]
    public async Task Room_of_one_who_has_gone_goes_to_the_next()
    {
        using var rig = new SessionRig();
        using var intake = NewIntake(rig);
        Assert.True(await intake.AdmitAsync(QueueBytes, 1, default));
        for (var round = 0; round < 200; round++)
        {
            using var gone = new CancellationTokenSource();
            var first = intake.AdmitAsync(QueueBytes, 1, gone.Token).AsTask();
            var second = intake.AdmitAsync(QueueBytes, 1, default).AsTask();

            // Wakes the first, who goes at the same moment.
            var leaving = Task.Run(gone.Cancel);
            intake.Written(QueueBytes);
            await leaving;
            if (await Record.ExceptionAsync(() => first) is null)
                intake.Written(QueueBytes);
            Assert.True(await second);
        }
    }

    [Fact]
    public async Task Closing_tells_everybody_who_waits()
    {
        using var rig = new SessionRig();
        using var intake = NewIntake(rig);
        Assert.True(await intake.AdmitAsync(QueueBytes, 1, default));
        var waiting = Enumerable.Range(0, 5).Select(_ => intake.AdmitAsync(400, 1, default).AsTask()).ToArray();
        Assert.True(intake.TryPost(new WorkItem(WorkKind.Close, rig.Time.GetUtcNow())));
        foreach (var task in waiting)
            await Assert.ThrowsAsync<RecordingFailedException>(() => task);
    }

    [Fact]
    public async Task Nobody_passes_the_line()
    {
        using var rig = new SessionRig();
        using var intake = NewIntake(rig);
        Assert.True(await intake.AdmitAsync(600, 1, default));
        var large = intake.AdmitAsync(500, 1, default).AsTask();
        var small = intake.AdmitAsync(100, 1, default).AsTask();

        // There would be room for the small one.
        Assert.False(large.IsCompleted);
        Assert.False(small.IsCompleted);
        intake.Written(600);
        Assert.True(await large);
        Assert.True(await small);
        Assert.Equal(600, intake.QueuedBytes);
    }

    [Fact]
    public async Task One_who_gives_up_lets_those_behind_pass()
    {
        using var rig = new SessionRig();
        using var intake = NewIntake(rig);
        Assert.True(await intake.AdmitAsync(600, 1, default));
        using var gone = new CancellationTokenSource();
        var large = intake.AdmitAsync(500, 1, gone.Token).AsTask();
        var small = intake.AdmitAsync(100, 1, default).AsTask();
        Assert.False(small.IsCompleted);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        Assert.True(await small);
        Assert.Equal(700, intake.QueuedBytes);
    }

    [Fact]
    public async Task Strict_fails_who_waited_long_enough_and_keeps_no_room_for_it()
    {
        using var rig = new SessionRig();
        var options = rig.Options() with { Mode = RecordingMode.Strict };
        using var intake = NewIntake(rig, options);
        Assert.True(await intake.AdmitAsync(600, 1, default));
        var large = intake.AdmitAsync(500, 1, default).AsTask();
        rig.Time.Advance(options.StrictWait / 2);
        var small = intake.AdmitAsync(100, 1, default).AsTask();
        rig.Time.Advance(options.StrictWait / 2);
        await Assert.ThrowsAsync<SpoolFullException>(() => large);
        Assert.True(await small);
        Assert.Equal(700, intake.QueuedBytes);
    }

    [Fact]
    public async Task Rate_is_waited_for_with_the_room_in_hand()
    {
        using var rig = new SessionRig();
        using var intake = NewIntake(rig, rig.Options() with { MaxRecordsPerSecond = 1 });
        Assert.True(await intake.AdmitAsync(600, 1, default));
        var second = intake.AdmitAsync(400, 1, default).AsTask();
        using var gone = new CancellationTokenSource();
        var third = intake.AdmitAsync(400, 0, gone.Token).AsTask();
        Assert.Equal(1000, intake.QueuedBytes);
        Assert.False(second.IsCompleted);
        Assert.False(third.IsCompleted);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await second);
        intake.Written(600);
        Assert.True(await third);
    }

    private static Intake NewIntake(SessionRig rig, SessionOptions? options = null) =>
        new((options ?? rig.Options()) with { QueueBytes = QueueBytes }, rig.Spool, new DraftPool());
}
