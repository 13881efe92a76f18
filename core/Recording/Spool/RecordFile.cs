using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace K8sRecorder.Recording.Spool;

/// <summary>
/// The open record file of one chunk: state first, then frames, appended. Created atomically with its state. One thread at a time.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    private const int RenewBytes = 1 << 18;

    private readonly SpoolDisk _disk;
    private readonly RecordingSpool _spool;
    private readonly SafeFileHandle _file;
    private readonly long _firstSeq;
    private readonly string _markPath;
    private readonly bool _keepsMark;
    private SafeFileHandle? _mark;

    private RecordFile(RecordingSpool spool, string path, SafeFileHandle file, long length, bool keepsMark)
    {
        _spool = spool;
        _disk = spool.Disk;
        Path = path;
        _file = file;
        Length = length;
        FirstLength = length;
        _keepsMark = keepsMark;
        (_firstSeq, _markPath) = SessionFolder.MarkOf(path, spool.Options.KeysFolder);
    }

    public string Path { get; }

    /// <summary>Bytes that are whole frames.</summary>
    public long Length { get; private set; }

    /// <summary>Length when it was created or opened.</summary>
    public long FirstLength { get; }

    /// <summary>Creates the file, durable, with its first frames in it; the very first is the state.</summary>
    public static RecordFile Create(RecordingSpool spool, string path, ReadOnlySpan<byte> bytes, bool keepsMark = true)
    {
        spool.PlaceRecordFile(path, bytes);
        var file = new RecordFile(spool, path, spool.Disk.Open(path), bytes.Length, keepsMark);
        file.Mark();
        return file;
    }

    /// <summary>Opens a left file and cuts it at its torn end.</summary>
    /// <param name="spool">The spool.</param>
    /// <param name="path">The file.</param>
    /// <param name="length">Bytes that are whole frames.</param>
    /// <param name="keepsMark">The session's mark follows what is written; not where it says that something was lost.</param>
    public static RecordFile Reopen(RecordingSpool spool, string path, long length, bool keepsMark = true)
    {
        var file = spool.Disk.Open(path);
        var torn = RandomAccess.GetLength(file) - length;
        if (torn > 0)
        {
            spool.Disk.Cut(file, length);
            spool.Shrank(torn);
        }

        return new RecordFile(spool, path, file, length, keepsMark);
    }

    /// <summary>
    /// Writes the whole file again, in its place, and syncs it. An earlier process may have died of a sync that failed: what is read back then
    /// comes from the page cache, is marked as written, and is on no disk.
    /// </summary>
    public void Renew()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(RenewBytes);
        try
        {
            for (var at = 0L; at < Length;)
            {
                var read = RandomAccess.Read(_file, buffer.AsSpan(0, (int)Math.Min(RenewBytes, Length - at)), at);
                if (read == 0)
                    throw new IOException($"{Path} became shorter while it was read");
                _disk.Write(_file, buffer.AsSpan(0, read), at);
                at += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }

        Sync();
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
            _disk.Cut(_file, Length);
            throw;
        }

        Length += frames.Length;
        _spool.Grew(frames.Length);
        Mark();
    }

    /// <summary>
    /// Makes all of it durable. A failure is final, whatever it is: the kernel has dropped what it could not write and says so once, so that
    /// trying again would succeed over a hole. The next start writes the file anew. So is a file that has no name any more: who deletes a spool
    /// under a recorder may do so, but no head is signed over what is nowhere.
    /// </summary>
    public void Sync()
    {
        try
        {
            _disk.Sync(_file);
        }
        catch (IOException e)
        {
            throw new IOException($"{Path} could not be synced: {e.Message}", e);
        }

        if (!File.Exists(Path))
            throw new IOException($"{Path} was deleted while it was written");
    }

    /// <summary>Closes and deletes the file: its chunk is in place.</summary>
    public void Delete()
    {
        Dispose();
        _disk.Delete(Path);
        _spool.Shrank(Length);
    }

    public void Dispose()
    {
        _file.Dispose();
        _mark?.Dispose();
    }

    /// <summary>Says how far the file is written. Whoever fails here is told by no one: an older mark is a lower bound, too.</summary>
    private void Mark()
    {
        if (!_keepsMark)
            return;
        try
        {
            _mark ??= SpoolDisk.OpenPrivate(_markPath).SafeFileHandle; // asked for once: the stream seeks each time
            Span<byte> bytes = stackalloc byte[SpoolMark.Size];
            new SpoolMark(_firstSeq, Length).Write(bytes);
            _disk.Write(_mark, bytes, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // as above
        }
    }
}
