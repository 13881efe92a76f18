using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Spool;

/// <summary>One process has a folder: a file in it is locked by flock(2), which is gone with the process, whatever ends it.</summary>
internal sealed class SpoolLock : IDisposable
{
    private const string Name = "lock";

    private readonly FileStream _file;

    private SpoolLock(FileStream file) => _file = file;

    /// <summary>Locks a folder, creates it where it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="option">What of the command line names it, for who has to name another.</param>
    /// <exception cref="SpoolRefusedException">Somebody else has it.</exception>
    public static SpoolLock Take(string folder, string option)
    {
        SpoolDisk.CreatePrivate(folder);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        FileStream? file = null;
        try
        {
            file = new FileStream(Path.Combine(folder, Name), options);

            // The stream has it already where .NET's own locks are on and the file system has any: it keeps silent where not.
            PosixFile.Lock(file.SafeFileHandle);
            return new SpoolLock(file);
        }
        catch (IOException e)
        {
            file?.Dispose();
            if (!PosixFile.IsLocked(e))
                throw;
            throw new SpoolRefusedException(
                SpoolRefusal.Locked, $"{folder} is in use by another process. Stop that one, or give this one another {option}", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
