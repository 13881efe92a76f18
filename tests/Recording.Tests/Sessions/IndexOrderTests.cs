using K8sRecorder.Recording.Index;
using K8sRecorder.Recording.Sessions;

namespace K8sRecorder.Recording.Tests.Sessions;

public class IndexOrderTests
{
    [Fact]
    public async Task Row_does_not_leave_with_a_chunk_before_its_records()
    {
        using var disk = new GatedDisk();
        using var rig = new SessionRig(disk);
        var session = await rig.StartAsync(RecordingMode.Buffered);
        await session.FlushAsync(default);
        disk.Hold();
        await session.AppendAsync(SessionRig.Request(session, "first"), default);
        disk.UntilWaiting();
        var sealing = session.SealAsync(default);
        await session.AppendAsync(SessionRig.Request(session, "second"), default);
        session.AddIndexRow(new IndexRow(2, session.NewDraft("x", 2).At, "openai", "HTTP"));
        disk.Release();
        await sealing;

        var early = Directory.GetFiles(rig.SpoolFolder, "*.index", SearchOption.AllDirectories);
        await session.CloseAsync("stopped", null, default);
        await session.DisposeAsync();
        Assert.Empty(early);
        Assert.Single(Directory.GetFiles(rig.SpoolFolder, "*.index", SearchOption.AllDirectories));
    }
}
