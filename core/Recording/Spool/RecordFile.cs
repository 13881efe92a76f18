using Microsoft.Win32.SafeHandles;

namespace K8sRecorder.Recording.Spool;

/// <summary>
/// The open record file of one chunk: state first, then frames, appended. Created atomically with its state. One thread at a time.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    private readonly SpoolDisk _disk;
    private readonly RecordingSpool _spool;
    private readonly SafeFileHandle _file;

    private RecordFile(RecordingSpool spool, string path, SafeFileHandle file, long length)
    {
        _spool = spool;
        _disk = spool.Disk;
        Path = path;
        _file = file;
        Length = length;
        FirstLength = length;
    }

    public string Path { get; }

    /// <summary>Bytes that are whole frames.</summary>
    public long Length { get; private set; }

    /// <summary>Length when it was created or opened.</summary>
    public long FirstLength { get; }

    /// <summary>Creates the file, durable, with its first frames in it; the very first is the state.</summary>
    public static RecordFile Create(RecordingSpool spool, string path, ReadOnlySpan<byte> bytes)
    {
        spool.Disk.Place(path, bytes);
        spool.Grew(bytes.Length);
        return new RecordFile(spool, path, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read), bytes.Length);
    }

    /// <summary>Opens a left file and cuts it at its torn end.</summary>
    public static RecordFile Reopen(RecordingSpool spool, string path, long length)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var torn = RandomAccess.GetLength(file) - length;
        if (torn > 0)
        {
            RandomAccess.SetLength(file, length);
            spool.Shrank(torn);
        }

        return new RecordFile(spool, path, file, length);
    }

    /// <summary>
    /// Appends whole frames: all of them, or none. A disk that is full in the middle leaves a half-written frame, which is cut off again; where
    /// even that fails the exception is not a full disk any more, and the file must be given up.
    /// </summary>
    public void Append(ReadOnlySpan<byte> frames)
    {
        try
        {
            _disk.Write(_file, frames, Length);
        }
        catch (IOException e) when (SpoolDisk.IsFull(e))
        {
            RandomAccess.SetLength(_file, Length);
            throw;
        }

        Length += frames.Length;
        _spool.Grew(frames.Length);
    }

    public void Sync() => _disk.Sync(_file);

    /// <summary>Closes and deletes the file: its chunk is in place.</summary>
    public void Delete()
    {
        _file.Dispose();
        File.Delete(Path);
        _spool.Shrank(Length);
    }

    public void Dispose() => _file.Dispose();
}
