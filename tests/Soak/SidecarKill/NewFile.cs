namespace K8sRecorder.Soak.SidecarKill;

/// <summary>Waits for a file to come under a folder.</summary>
internal static class NewFile
{
    /// <summary>Completes with the first file that is created or renamed there, or when the time is over.</summary>
    public static async Task AppearsAsync(string folder, TimeSpan patience, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true, InternalBufferSize = 64 << 10 };
        watcher.Created += (_, _) => seen.TrySetResult();
        watcher.Renamed += (_, _) => seen.TrySetResult();
        watcher.EnableRaisingEvents = true;
        await Task.WhenAny(seen.Task, Task.Delay(patience, ct));
    }
}
