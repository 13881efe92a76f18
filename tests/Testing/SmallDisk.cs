using System.Diagnostics;

namespace K8sRecorder.Testing;

/// <summary>
/// A disk of a test's own: a tmpfs of a few megabytes. What is free of it is set to the page, so that whoever writes meets a real ENOSPC at
/// whatever write the test wants.
/// </summary>
public sealed class SmallDisk : IDisposable
{
    /// <summary>What such a disk gives out at once.</summary>
    public static readonly int Page = Environment.SystemPageSize;

    private const int DiskFull = 28; // ENOSPC
    private static readonly Lazy<string?> Absent = new(Try);

    private readonly string _filler;

    /// <summary>Mounts it at a folder.</summary>
    public SmallDisk(string folder, int bytes, int files = 1000)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        _filler = Path.Combine(Folder, "filler");
        if (Run("mount", "-t", "tmpfs", "-o", $"size={bytes},nr_inodes={files},mode=700", "tmpfs", Folder) is { } problem)
            throw new InvalidOperationException($"a tmpfs cannot be mounted: {problem}");
    }

    /// <summary>Why there can be none here; null: there can.</summary>
    public static string? WhyAbsent => Absent.Value;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Leaves so many pages free and not one more.</summary>
    public void Leave(int pages)
    {
        using var filler = new FileStream(_filler, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
        filler.Seek(0, SeekOrigin.End);
        var page = new byte[Page];
        try
        {
            while (true)
                filler.Write(page);
        }
        catch (IOException full) when (full.HResult == DiskFull)
        {
            filler.SetLength(Math.Max(0, filler.Length / Page - pages) * Page);
        }
    }

    /// <summary>Leaves nothing.</summary>
    public void Fill() => Leave(0);

    /// <summary>Everything that is not used otherwise is free again.</summary>
    public void Free() => File.Delete(_filler);

    /// <summary>Makes it a disk that can be read and not written, or again one that can.</summary>
    public void Remount(bool readOnly)
    {
        if (Run("mount", "-o", readOnly ? "remount,ro" : "remount,rw", Folder) is { } problem)
            throw new InvalidOperationException(problem);
    }

    public void Dispose()
    {
        // Lazily: whoever still has a file open there does not keep it.
        Run("umount", "-l", Folder);
    }

    private static string? Try()
    {
        using var folder = new TemporaryFolder();
        try
        {
            using var disk = new SmallDisk(folder["disk"], 1 << 20);
            return null;
        }
        catch (InvalidOperationException)
        {
            return "needs the right to mount a tmpfs";
        }
    }

    private static string? Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var problem = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : problem;
    }
}
