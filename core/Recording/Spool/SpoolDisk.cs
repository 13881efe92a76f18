using K8sRecorder.Recording.Stores;
using Microsoft.Win32.SafeHandles;

namespace K8sRecorder.Recording.Spool;

/// <summary>Every write of the spool to the disk. Tests put a failing or dying one in its place.</summary>
internal class SpoolDisk
{
    private const string Temporary = ".tmp";
    private const int DiskFull = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT
    private const int DiskFullWindows = unchecked((int)0x80070070);

    /// <summary>Whether a failure means that there is no room, which may pass; everything else is final.</summary>
    public static bool IsFull(IOException e) => e.HResult is DiskFull or QuotaExceeded or DiskFullWindows;

    /// <summary>Whether a file is what an interrupted <see cref="Place"/> leaves.</summary>
    public static bool IsTemporary(string path) => path.EndsWith(Temporary, StringComparison.Ordinal);

    /// <summary>Called at each <see cref="CrashPoint"/>.</summary>
    public virtual void Reached(CrashPoint point)
    {
    }

    /// <summary>write(2) at an offset, all of it.</summary>
    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    /// <summary>fsync(2).</summary>
    public virtual void Sync(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    /// <summary>
    /// Creates a file that is there whole or not at all, and durable when this returns: temporary name, write, fsync, rename, fsync of the
    /// folder. A file of that name is replaced: all writers of one name write the same bytes, or recover what an earlier process began.
    /// </summary>
    public void Place(string path, ReadOnlySpan<byte> bytes, UnixFileMode? mode = null)
    {
        var temporary = path + Temporary;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows() && mode is { } bits)
                options.UnixCreateMode = bits;
            using (var file = new FileStream(temporary, options))
            {
                Write(file.SafeFileHandle, bytes, 0);
                Reached(CrashPoint.TemporaryWritten);
                Sync(file.SafeFileHandle);
            }

            Reached(CrashPoint.TemporarySynced);
            File.Move(temporary, path, overwrite: true);
            Reached(CrashPoint.Renamed);
            SyncFolder(Path.GetDirectoryName(path)!);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsWindows())
            PosixFile.SyncFolder(folder);
    }
}
