namespace K8sRecorder.Sidecar.Trust;

/// <summary>Files that are there whole or not at all: temporary name, write, sync, rename.</summary>
internal static class TrustFile
{
    /// <summary>What only the recorder may read.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What every container of the pod may read.</summary>
    public const UnixFileMode Shared = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode PrivateFolder = Private | UnixFileMode.UserExecute;
    private const UnixFileMode SharedFolder = PrivateFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Writes a file, in place of the one that was there. A crash leaves the old one, and at most a temporary file that the next writing replaces.</summary>
    /// <exception cref="TrustException">It cannot be written.</exception>
    public static void Place(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode)
    {
        try
        {
            CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!, mode == Private ? PrivateFolder : SharedFolder);
            var temporary = path + ".tmp";
            // A left-over keeps its mode when it is written again: it goes first.
            File.Delete(temporary);
            using (var file = Create(temporary, mode))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustException($"{path}: cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Reads a file of at most so many bytes.</summary>
    /// <exception cref="TrustException">It is not there, cannot be read, or is larger.</exception>
    public static byte[] Read(string path, int most)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var bytes = new byte[most + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= most ? bytes[..length] : throw new TrustException($"{path}: larger than {most} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static void CreateFolder(string folder, UnixFileMode mode)
    {
        if (Directory.Exists(folder))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, mode);
    }

    private static FileStream Create(string path, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        var file = new FileStream(path, options);
        // The umask may have taken from what others are to read.
        if (mode != Private && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(file.SafeFileHandle, mode);
        return file;
    }
}
