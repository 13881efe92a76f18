using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace K8sRecorder.Recording.Stores;

/// <summary>The calls that durable, create-only and locked files need and .NET does not have. Where a call does not exist (Windows) only reading is supported.</summary>
internal static partial class PosixFile
{
    /// <summary>EROFS, the same number on Linux and macOS.</summary>
    public const int ReadOnlyFileSystem = 30;

    private const int FileExists = 17; // EEXIST, the same number on Linux and macOS
    private const int ReadOnly = 0;
    private const int LockExclusive = 2; // LOCK_EX
    private const int LockAtOnce = 4; // LOCK_NB
    private const int WouldBlock = 11; // EWOULDBLOCK
    private const int WouldBlockMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    /// <summary>link(2): gives the file a second name unless that name is taken. Atomic between processes. False where it is taken.</summary>
    public static bool TryLink(string existing, string name)
    {
        if (Link(existing, name) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == FileExists
            ? false
            : throw new IOException($"link failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    /// <summary>flock(2), exclusive and without waiting. Where there is none (Windows) the file's share mode is the lock.</summary>
    public static void Lock(SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows() && Flock(file, LockExclusive | LockAtOnce) != 0)
            throw Failure("flock");
    }

    /// <summary>Whether a failure says that somebody else has the lock.</summary>
    public static bool IsLocked(IOException e) => e.HResult is WouldBlock or WouldBlockMac or SharingViolation;

    /// <summary>
    /// fdatasync(2). Every failure is one: .NET's own takes that of a file system that has gone read-only for success.
    /// </summary>
    public static void SyncData(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(file);
        else if (Fdatasync(file) != 0)
            throw Failure("fdatasync");
    }

    /// <summary>fsync(2) of a folder, so that the names in it survive the loss of power.</summary>
    public static void SyncFolder(string path)
    {
        var descriptor = Open(path, ReadOnly, 0);
        if (descriptor < 0)
            throw Failure("open");
        var result = Fsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
            throw new IOException($"fsync failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    private static IOException Failure(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
