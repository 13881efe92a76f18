using K8sRecorder.Recording.Stores;
using Microsoft.Win32.SafeHandles;

namespace K8sRecorder.Recording.Spool;

/// <summary>
/// Everything the spool does to the disk. Files and folders are the recorder's alone (0600, 0700). Tests put a failing or dying one in its
/// place.
/// </summary>
internal class SpoolDisk
{
    private const string Temporary = ".tmp";
    private const int DiskFull = 28; // ENOSPC: blocks or inodes
    private const int QuotaExceeded = 122; // EDQUOT
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;

    /// <summary>Whether a failure means that there is no room, which may pass; everything else is final.</summary>
    public static bool IsFull(Exception e) => e is IOException { HResult: DiskFull or QuotaExceeded or DiskFullWindows };

    /// <summary>Whether a file is what an interrupted <see cref="Place"/> leaves.</summary>
    public static bool IsTemporary(string path) => path.EndsWith(Temporary, StringComparison.Ordinal);

    /// <summary>Called at each <see cref="CrashPoint"/>.</summary>
    public virtual void Reached(CrashPoint point)
    {
    }

    /// <summary>write(2) at an offset, all of it.</summary>
    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        Before(DiskAction.Write);
        RandomAccess.Write(file, bytes, offset);
    }

    /// <summary>fdatasync(2). After a failure nobody knows what is on the disk, and a second call may say that all is well.</summary>
    public void Sync(SafeFileHandle file)
    {
        Before(DiskAction.Sync);
        PosixFile.SyncData(file);
    }

    /// <summary>ftruncate(2).</summary>
    public void Cut(SafeFileHandle file, long length)
    {
        Before(DiskAction.Cut);
        RandomAccess.SetLength(file, length);
    }

    /// <summary>Opens a file that is there, to read and write.</summary>
    public SafeFileHandle Open(string path)
    {
        Before(DiskAction.Open);
        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
    }

    /// <summary>Opens a file that only its owner may read, creates it where it is missing.</summary>
    public static FileStream OpenPrivate(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = PrivateFile;
        return new FileStream(path, options);
    }

    /// <summary>Deletes a file; one that is not there is no failure.</summary>
    public void Delete(string path)
    {
        Before(DiskAction.Delete);
        File.Delete(path);
    }

    /// <summary>Creates a folder, durable in the one above.</summary>
    public void CreateFolder(string path)
    {
        Before(DiskAction.CreateFolder);
        CreatePrivate(path);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Deletes a folder with nothing in it; one that is not empty, or not there, stays as it is.</summary>
    public void DeleteIfEmpty(string path)
    {
        if (!Directory.Exists(path) || Directory.EnumerateFileSystemEntries(path).Any())
            return;
        Before(DiskAction.Delete);
        Directory.Delete(path);
    }

    /// <summary>
    /// Creates a file that is there whole or not at all, and durable when this returns: temporary name, write, sync, rename, sync of the
    /// folder. A file of that name is replaced: all writers of one name write the same bytes, or recover what an earlier process began.
    /// </summary>
    public void Place(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = path + Temporary;
        try
        {
            WriteTemporary(temporary, bytes);
            Reached(CrashPoint.TemporarySynced);
            Rename(temporary, path);
            Reached(CrashPoint.Renamed);
            SyncFolder(Path.GetDirectoryName(path)!);
        }
        catch (IOException)
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>rename(2): what had the new name is gone.</summary>
    public void Rename(string path, string name)
    {
        Before(DiskAction.Rename);
        File.Move(path, name, overwrite: true);
    }

    /// <summary>Gives a file a second name, durable, under which it stays when the first goes to another; where that name is taken, nothing.</summary>
    public void Keep(string path, string name)
    {
        Before(DiskAction.Rename);
        PosixFile.TryLink(path, name);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public void SyncFolder(string folder)
    {
        Before(DiskAction.SyncFolder);
        if (!OperatingSystem.IsWindows())
            PosixFile.SyncFolder(folder);
    }

    /// <summary>Creates a folder and those above it that only its owner may enter.</summary>
    public static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, PrivateFolder);
    }

    /// <summary>Called before every action.</summary>
    protected virtual void Before(DiskAction action)
    {
    }

    private void WriteTemporary(string path, ReadOnlySpan<byte> bytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = PrivateFile;
        Before(DiskAction.Create);
        using var file = new FileStream(path, options);
        Write(file.SafeFileHandle, bytes, 0);
        Reached(CrashPoint.TemporaryWritten);
        Sync(file.SafeFileHandle);
    }

    /// <summary>The next start deletes what is left here; the failure that brought us here is the one to tell of.</summary>
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (IOException)
        {
            // as above
        }
    }
}
