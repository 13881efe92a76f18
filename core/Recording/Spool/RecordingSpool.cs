using K8sRecorder.Recording.Format;
using K8sRecorder.Recording.Keys;

namespace K8sRecorder.Recording.Spool;

/// <summary>
/// The folder between recording and shipping: one folder a session with its open record file, its sealed chunks and its small objects. One
/// process has it at a time.
/// </summary>
public sealed class RecordingSpool : IDisposable
{
    private readonly SpoolLock _lock;
    private readonly SpoolLock _keysLock;
    private readonly Dictionary<string, DateTimeOffset> _waiting = new(StringComparer.Ordinal);
    private long _used;
    private volatile TaskCompletionSource _placed = NewSignal();

    private RecordingSpool(SpoolOptions options, SpoolDisk disk, SpoolLock spoolLock, SpoolLock keysLock)
    {
        Options = options;
        Disk = disk;
        _lock = spoolLock;
        _keysLock = keysLock;
    }

    /// <summary>Raised when a file that waited for shipping turns out not to be what was written, with its path. On any thread.</summary>
    public event Action<string>? Damaged;

    /// <summary>Bytes in the spool now.</summary>
    public long UsedBytes => Interlocked.Read(ref _used);

    /// <summary>Entries that wait for shipping now.</summary>
    public int WaitingEntries
    {
        get
        {
            lock (_waiting)
                return _waiting.Count;
        }
    }

    /// <summary>What waits for shipping now, by session, oldest first. Reads the folders.</summary>
    public IReadOnlyList<WaitingSession> WaitingSessions()
    {
        var waiting = new List<WaitingSession>();
        foreach (var folder in Folders())
        {
            if (folder.Entries() is { Count: > 0 } entries)
                waiting.Add(WaitingSession.Of(folder.Session, entries));
        }

        return waiting;
    }

    /// <summary>How long the entry that waits longest has waited; zero where none does. Outlives the process, by the file's own time.</summary>
    public TimeSpan OldestEntryAge
    {
        get
        {
            lock (_waiting)
                return _waiting.Count == 0 ? TimeSpan.Zero : Options.Time.GetUtcNow() - _waiting.Values.Min();
        }
    }

    internal SpoolOptions Options { get; }

    internal SpoolDisk Disk { get; }

    /// <summary>Raised when the spool got smaller. On any thread; handlers are short.</summary>
    internal event Action? RoomMade;

    /// <summary>Opens the spool, creates it where it is missing, and locks it.</summary>
    /// <exception cref="SpoolRefusedException">It is locked, of another version, or cannot be read and written.</exception>
    /// <exception cref="IOException">The disk is full: nothing was changed.</exception>
    public static RecordingSpool Open(SpoolOptions options) => Open(options, new SpoolDisk());

    internal static RecordingSpool Open(SpoolOptions options, SpoolDisk disk)
    {
        ArgumentNullException.ThrowIfNull(options);
        SpoolLock? spoolLock = null, keysLock = null;
        try
        {
            spoolLock = SpoolLock.Take(options.Folder, "--spool");
            SpoolVersion.Check(options.Folder, disk);
            keysLock = SpoolLock.Take(options.KeysFolder, "--keys");
            var spool = new RecordingSpool(options, disk, spoolLock, keysLock);
            spool.TakeStock();
            return spool;
        }
        catch (Exception e)
        {
            keysLock?.Dispose();
            spoolLock?.Dispose();
            if (e is UnauthorizedAccessException || (e is IOException and not SpoolRefusedException && !SpoolDisk.IsFull(e)))
                throw SpoolRefusedException.NotUsable(e);

            throw;
        }
    }

    /// <summary>Whether a failure says that the disk has no room (blocks, inodes or quota): nothing is lost, and the same call may be made again.</summary>
    public static bool IsFull(Exception failure) => SpoolDisk.IsFull(failure);

    /// <summary>Gives the locks back. Sessions must have been disposed before.</summary>
    public void Dispose()
    {
        _keysLock.Dispose();
        _lock.Dispose();
    }

    /// <summary>The folders of all sessions, oldest first.</summary>
    internal IReadOnlyList<SessionFolder> Folders()
    {
        var folders = new List<SessionFolder>();
        foreach (var path in Directory.GetDirectories(Options.Folder, "*", SessionFolder.NoLinks).Order(StringComparer.Ordinal))
        {
            if (SessionId.TryParse(Path.GetFileName(path), out var session))
                folders.Add(new SessionFolder(Options.Folder, session));
        }

        return folders;
    }

    internal SessionFolder FolderOf(SessionId session) => new(Options.Folder, session);

    /// <summary>Deletes what interrupted writes left under temporary names.</summary>
    internal void DeleteTemporaries()
    {
        foreach (var path in Directory.GetFiles(Options.KeysFolder).Concat(Folders().SelectMany(static folder => folder.Files())))
        {
            if (SpoolDisk.IsTemporary(path))
                Disk.Delete(path);
        }
    }

    /// <summary>
    /// Whether an entry's bytes are those that were put here. Where they are not the file is kept under another name, and never shipped: what is
    /// missing in the store for it, verify names.
    /// </summary>
    internal bool Accepts(SpoolEntry entry, ReadOnlySpan<byte> bytes)
    {
        if (entry.IsWhole(bytes))
            return true;
        var length = new FileInfo(entry.Path).Length;
        Disk.Rename(entry.Path, SessionFolder.DamagedPath(entry.Path));
        lock (_waiting)
            _waiting.Remove(entry.Path);
        Shrank(length);
        Damaged?.Invoke(entry.Path);
        return false;
    }

    /// <summary>Puts a finished object into the spool for shipping; durable when this returns.</summary>
    internal void PlaceEntry(string path, ReadOnlySpan<byte> bytes) => Place(path, bytes, isEntry: true);

    /// <summary>Puts a record file into the spool; durable when this returns.</summary>
    internal void PlaceRecordFile(string path, ReadOnlySpan<byte> bytes) => Place(path, bytes, isEntry: false);

    /// <summary>Wakes the shipper. Apart from placing: a chunk may be shipped only when its successor knows its name.</summary>
    internal void EntryReady() => Interlocked.Exchange(ref _placed, NewSignal()).TrySetResult();

    /// <summary>Completes at the next <see cref="EntryReady"/>.</summary>
    internal Task NextEntry() => _placed.Task;

    /// <summary>Deletes an entry that the store has acknowledged, and its session's folder with the last one.</summary>
    internal void RemoveEntry(SpoolEntry entry)
    {
        var length = new FileInfo(entry.Path).Length;
        if (entry.Kind == SpoolEntryKind.Close)
            DeleteMark(entry.Session);
        Disk.Delete(entry.Path);
        lock (_waiting)
            _waiting.Remove(entry.Path);
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

    /// <summary>Deletes a session's mark: all of it is in the store, or somebody was told.</summary>
    internal void DeleteMark(SessionId session) => Disk.Delete(SpoolMark.PathOf(Options.KeysFolder, session));

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Place(string path, ReadOnlySpan<byte> bytes, bool isEntry)
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
                if (isEntry)
                {
                    lock (_waiting)
                        _waiting[path] = Options.Time.GetUtcNow();
                }
            }
        }
    }

    /// <summary>Counts what is there. Nothing is changed: a session of another version may be among it.</summary>
    private void TakeStock()
    {
        foreach (var folder in Folders())
        {
            foreach (var path in folder.Files())
            {
                var isEntry = folder.TryEntry(path) is not null;
                if (isEntry || SessionFolder.IsRecordFile(path))
                    _used += new FileInfo(path).Length;
                if (isEntry)
                    _waiting[path] = File.GetLastWriteTimeUtc(path);
            }
        }
    }
}
