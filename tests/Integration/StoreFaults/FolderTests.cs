using System.Diagnostics;
using K8sRecorder.Integration.SpoolFaults;
using K8sRecorder.Testing;

namespace K8sRecorder.Integration.StoreFaults;

/// <summary>The sidecar process before a folder whose file system really is full, read-only, or not there.</summary>
public sealed class FolderTests
{
    [SmallDiskFact]
    public async Task Faults_one_after_the_other_are_told_and_survived()
    {
        await using var trial = new StoreTrial("Buffered");
        using var volume = new TemporaryFolder();
        using var disk = new SmallDisk(volume["disk"], 8 << 20);
        Mount("mount", "--bind", disk.Folder, trial.Sidecar.StoreFolder);
        try
        {
            await trial.Sidecar.StartAgainAsync();
            disk.Fill();
            await trial.SeenToFailAsync("Full");
            disk.Free();
            await trial.SeenToRecoverAsync();

            Mount("mount", "-o", "remount,bind,ro", trial.Sidecar.StoreFolder);
            await trial.SeenToFailAsync("Denied");
            Mount("mount", "-o", "remount,bind,rw", trial.Sidecar.StoreFolder);
            await trial.SeenToRecoverAsync();

            Mount("umount", "-l", trial.Sidecar.StoreFolder);
            await trial.SeenToFailAsync("NotAStore");
            Assert.Empty(Directory.GetFileSystemEntries(trial.Sidecar.StoreFolder));
            Mount("mount", "--bind", disk.Folder, trial.Sidecar.StoreFolder);
            await trial.SeenToRecoverAsync();
            await trial.EndAsync();
        }
        finally
        {
            Mount("umount", "-l", trial.Sidecar.StoreFolder);
        }
    }

    private static void Mount(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
