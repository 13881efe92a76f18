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

    private static Intake NewIntake(SessionRig rig) =>
        new(rig.Options() with { QueueBytes = QueueBytes }, rig.Spool, new DraftPool());
}
