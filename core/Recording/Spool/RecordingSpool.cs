using System.Text;
using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Keys;

namespace K8sRecorder.Recording.Spool;

/// <summary>
/// The folder between recording and shipping: one folder a session with its open record file, its sealed chunks and its small objects. One
/// process has it at a time.
/// </summary>
public sealed class RecordingSpool : IDisposable
{
    private const string LockName = "lock";
    private const string VersionName = "version";
    private const string Version = "k8srecorder-spool/1\n";

    private readonly FileStream _lock;
    private long _used;
    private int _waiting;
    private volatile TaskCompletionSource _placed = NewSignal();

    private RecordingSpool(SpoolOptions options, SpoolDisk disk, FileStream fileLock)
    {
        Options = options;
        Disk = disk;
        _lock = fileLock;
    }

    /// <summary>Bytes in the spool now.</summary>
    public long UsedBytes => Interlocked.Read(ref _used);

    /// <summary>Entries that wait for shipping now.</summary>
    public int WaitingEntries => Volatile.Read(ref _waiting);

    internal SpoolOptions Options { get; }

    internal SpoolDisk Disk { get; }

    /// <summary>Raised when the spool got smaller. On any thread; handlers are short.</summary>
    internal event Action? RoomMade;

    /// <summary>Opens the spool, creates it where it is missing, and locks it.</summary>
    /// <exception cref="SpoolRefusedException">It is locked, or of a newer version.</exception>
    public static RecordingSpool Open(SpoolOptions options) => Open(options, new SpoolDisk());

    internal static RecordingSpool Open(SpoolOptions options, SpoolDisk disk)
    {
        ArgumentNullException.ThrowIfNull(options);
        SpoolDisk.CreatePrivate(options.Folder);
        SpoolDisk.CreatePrivate(options.KeysFolder);
        var fileLock = Lock(options.Folder);
        try
        {
            CheckVersion(options.Folder, disk);
            var spool = new RecordingSpool(options, disk, fileLock);
            spool.TakeStock();
            return spool;
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>Gives the lock back. Sessions must have been disposed before.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>The folders of all sessions, oldest first.</summary>
    internal IReadOnlyList<SessionFolder> Folders()
    {
        var folders = new List<SessionFolder>();
        foreach (var path in Directory.GetDirectories(Options.Folder).Order(StringComparer.Ordinal))
        {
            if (SessionId.TryParse(Path.GetFileName(path), out var session))
                folders.Add(new SessionFolder(Options.Folder, session));
        }

        return folders;
    }

    internal SessionFolder FolderOf(SessionId session) => new(Options.Folder, session);

    /// <summary>Puts a finished object into the spool for shipping; durable when this returns.</summary>
    internal void PlaceEntry(string path, ReadOnlySpan<byte> bytes) => Place(path, bytes, entries: 1);

    /// <summary>Puts a record file into the spool; durable when this returns.</summary>
    internal void PlaceRecordFile(string path, ReadOnlySpan<byte> bytes) => Place(path, bytes, entries: 0);

    /// <summary>Wakes the shipper. Apart from placing: a chunk may be shipped only when its successor knows its name.</summary>
    internal void EntryReady() => Interlocked.Exchange(ref _placed, NewSignal()).TrySetResult();

    /// <summary>Completes at the next <see cref="EntryReady"/>.</summary>
    internal Task NextEntry() => _placed.Task;

    /// <summary>Deletes an entry that the store has acknowledged, and its session's folder with the last one.</summary>
    internal void RemoveEntry(SpoolEntry entry)
    {
        var length = new FileInfo(entry.Path).Length;
        Disk.Delete(entry.Path);
        Interlocked.Decrement(ref _waiting);
        Shrank(length);
        if (entry.Kind == SpoolEntryKind.Close)
            Disk.DeleteIfEmpty(FolderOf(entry.Session).Folder);
    }

    /// <summary>
    /// Takes back what the opening of a session has put in place before it failed: without a record file it is none. One that has it is left to the
    /// next start, for its statement may be on its way.
    /// </summary>
    internal void Withdraw(SessionFolder folder)
    {
        try
        {
            if (File.Exists(folder.RecordPath(0)))
                return;
            if (Directory.Exists(folder.Folder) && folder.Unborn() is { } statement)
                RemoveEntry(statement);
            Disk.DeleteIfEmpty(folder.Folder);
            DeleteKey(folder.Session);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start does the same.
        }
    }

    internal void Grew(long bytes) => Interlocked.Add(ref _used, bytes);

    internal void Shrank(long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        RoomMade?.Invoke();
    }

    internal void DeleteKey(SessionId session) => Disk.Delete(SessionKey.PathOf(Options.KeysFolder, session));

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Place(string path, ReadOnlySpan<byte> bytes, int entries)
    {
        var isNew = !File.Exists(path);
        try
        {
            Disk.Place(path, bytes);
        }
        finally
        {
            // Placing may fail behind the rename: it is done again then, and the file counts once.
            if (isNew && File.Exists(path))
            {
                Grew(bytes.Length);
                Interlocked.Add(ref _waiting, entries);
            }
        }
    }

    private static FileStream Lock(string folder)
    {
        try
        {
            // FileShare.None is flock(2) here: gone with the process, whatever ends it.
            return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (!SpoolDisk.IsFull(e) && e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new SpoolRefusedException(SpoolRefusal.Locked, "the spool is in use by another process");
        }
    }

    private static void CheckVersion(string folder, SpoolDisk disk)
    {
        var path = Path.Combine(folder, VersionName);
        if (!File.Exists(path))
            disk.Place(path, Encoding.ASCII.GetBytes(Version));
        else if (File.ReadAllText(path) != Version)
            throw new SpoolRefusedException(SpoolRefusal.NewerVersion, "the spool is of another version");
    }

    /// <summary>Deletes what interrupted writes left under temporary names, and counts the rest.</summary>
    private void TakeStock()
    {
        foreach (var path in Directory.GetFiles(Options.KeysFolder).Where(SpoolDisk.IsTemporary))
            File.Delete(path);
        foreach (var folder in Folders())
        {
            foreach (var path in Directory.GetFiles(folder.Folder))
            {
                if (SpoolDisk.IsTemporary(path))
                    File.Delete(path);
                else
                {
                    _used += new FileInfo(path).Length;
                    _waiting += folder.TryEntry(path) is null ? 0 : 1;
                }
            }
        }
    }
}
