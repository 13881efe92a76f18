using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using K8sRecorder.Recording.Spool;

namespace K8sRecorder.Recording.Stores;

/// <summary>
/// The embedded default: a local folder. An object is written under a temporary name in its own folder, synced, and then given its name by
/// link(2), which fails where the name is taken: so creation is atomic and create-only between processes too. A crash before the link
/// leaves a temporary file, which no reader sees and nobody has to repair; a crash after it leaves the object, and the next put of the same key
/// says <see cref="PutResult.Exists"/>. Whoever has asked for <c>store.json</c> puts nothing where that is missing. NFS and FUSE file systems do not keep these promises.
/// </summary>
public sealed class FolderStore : IRecordingStore, IRecordingReader
{
    private const string TemporaryPrefix = ".tmp-"; // no key has a segment that starts with a dot
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const int KnownFolders = 1024;
    private const int ReadBytes = 16 << 10;

    private readonly string _root;
    private readonly ConcurrentDictionary<string, bool> _durableFolders = new(StringComparer.Ordinal);
    private volatile bool _isOfRecordings;

    /// <summary>Opens the folder of this full path. It is created by the first put.</summary>
    public FolderStore(string path)
    {
        if (!Path.IsPathFullyQualified(path))
            throw new StoreException(StoreFault.NotAStore, "a folder store needs a full path");
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        Url = StoreUrl.ForFolder(_root).ToString();
    }

    /// <inheritdoc cref="IRecordingStore.Url"/>
    public string Url { get; }

    /// <inheritdoc/>
    public async ValueTask<PutResult> PutNewAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        StoreKey.Require(key);
        // Three syncs block the thread for as long as the disk takes.
        // The caller cannot go meanwhile: the bytes are his.
        return await Task.Run(() => Guarded("put", key, () => PutNew(key, bytes.Span)), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ConfirmAsync(string key, ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken)
    {
        StoreKey.Require(key);
        cancellationToken.ThrowIfCancellationRequested();
        return await Task.Run(() => Guarded("read", key, () => Is(key, sha256.Span)), cancellationToken).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> GetAsync(string key, int maxBytes, CancellationToken cancellationToken)
    {
        StoreKey.Require(key);
        cancellationToken.ThrowIfCancellationRequested();
        _isOfRecordings |= key == StoreLayout.StoreJson;
        return await Task.Run(() => Guarded("read", key, () => Read(key, maxBytes)), cancellationToken).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreEntry> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StoreKey.RequirePrefix(prefix);
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        foreach (var entry in Guarded("list", prefix, () => Walk(folder, prefix).ToList()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StoreKey.RequirePrefix(prefix);
        foreach (var (name, _) in Guarded("list", prefix, () => Entries(prefix)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (name.EndsWith('/'))
                yield return prefix + name;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private PutResult PutNew(string key, ReadOnlySpan<byte> bytes)
    {
        // A volume that is not mounted leaves an empty folder in its place, which would take everything.
        if (_isOfRecordings && key != StoreLayout.StoreJson && !File.Exists(PathOf(StoreLayout.StoreJson)))
            throw new StoreException(StoreFault.NotAStore, $"put of {key}: store.json is not there any more");
        var target = PathOf(key);
        var folder = Path.GetDirectoryName(target)!;
        if (File.Exists(target))
        {
            // Somebody may have linked it and not yet synced the folder: an answer of Exists is as durable as one of Created.
            MakeDurable(folder);
            PosixFile.SyncFolder(folder);
            return PutResult.Exists;
        }

        MakeDurable(folder);
        var temporary = Path.Combine(folder, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            WriteSynced(temporary, folder, bytes);
            var result = PosixFile.TryLink(temporary, target) ? PutResult.Created : PutResult.Exists;
            PosixFile.SyncFolder(folder);
            return result;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private void WriteSynced(string path, string folder, ReadOnlySpan<byte> bytes)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        FileStream file;
        try
        {
            file = new FileStream(path, options);
        }
        catch (DirectoryNotFoundException) when (_durableFolders.TryRemove(folder, out _))
        {
            // Expiry deleted the folder under us; it is made again.
            MakeDurable(folder);
            file = new FileStream(path, options);
        }

        using (file)
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Creates the folders down to this one and syncs each one's parent: another process may have created them and not come that far.</summary>
    private void MakeDurable(string folder)
    {
        if (_durableFolders.ContainsKey(folder))
            return;
        if (OperatingSystem.IsWindows())
            throw new StoreException(StoreFault.NotAStore, "a folder store is written on Linux or macOS; here it can only be read");
        CreateFolders(folder);
        for (var at = folder; at.Length >= _root.Length && Path.GetDirectoryName(at) is { } parent; at = parent)
            PosixFile.SyncFolder(parent);

        if (_durableFolders.Count >= KnownFolders)
            _durableFolders.Clear();
        _durableFolders[folder] = true;
    }

    // CreateDirectory gives its mode to the last folder only.
    [UnsupportedOSPlatform("windows")]
    private void CreateFolders(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (folder.Length > _root.Length && Path.GetDirectoryName(folder) is { } parent)
            CreateFolders(parent);
        Directory.CreateDirectory(folder, OwnerFolder);
    }

    /// <summary>Reads in small pieces: every object that is put is looked at like this.</summary>
    private bool Is(string key, ReadOnlySpan<byte> sha256)
    {
        var path = PathOf(key);
        if (new FileInfo(path) is not { Exists: true, Length: > 0 }) // see Read
            return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenHandle(path);
        Span<byte> piece = stackalloc byte[ReadBytes];
        for (var at = 0L; RandomAccess.Read(file, piece, at) is var read and > 0; at += read)
            hash.AppendData(piece[..read]);
        Span<byte> found = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(found);
        return found.SequenceEqual(sha256);
    }

    private byte[]? Read(string key, int maxBytes)
    {
        var path = PathOf(key);
        var info = new FileInfo(path);
        if (!info.Exists)
            return null;
        // A pipe or a device has no length and would never end; an object is never empty.
        if (info.Length == 0)
            return [];
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        if (length > maxBytes)
            throw new StoreException(StoreFault.TooLarge, $"{key} is larger than {maxBytes} bytes");
        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is var n and > 0)
            read += n;
        return read == bytes.Length ? bytes : bytes[..read];
    }

    private IEnumerable<StoreEntry> Walk(string folder, string prefix)
    {
        foreach (var (name, size) in Entries(folder))
        {
            var key = folder + name;
            if (key.Length < prefix.Length ? !prefix.StartsWith(key, StringComparison.Ordinal) : !key.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            if (!name.EndsWith('/'))
                yield return new StoreEntry(key, size);
            else if (key.Length < StoreKey.MaxLength)
                foreach (var entry in Walk(key, prefix))
                    yield return entry;
        }
    }

    /// <summary>What stands in a folder, in ordinal order of the keys: a folder's name has a slash behind it, as it has in a key.</summary>
    private List<(string Name, long Size)> Entries(string prefix)
    {
        var entries = new List<(string Name, long Size)>();
        var folder = new DirectoryInfo(Path.Combine(_root, prefix));
        if (!folder.Exists)
            return entries;
        foreach (var item in folder.EnumerateFileSystemInfos())
        {
            // A link to a folder could lead out of the store or in circles.
            if (item.Name.StartsWith(TemporaryPrefix, StringComparison.Ordinal) || (item is DirectoryInfo && item.LinkTarget is not null))
                continue;
            entries.Add(item is FileInfo file ? (file.Name, file.Exists ? file.Length : 0) : (item.Name + "/", 0));
        }

        entries.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return entries;
    }

    private string PathOf(string key) => Path.Combine(_root, key);

    private T Guarded<T>(string operation, string key, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreException(StoreFault.Denied, $"{operation} of {key}: the folder refuses this user", e);
        }
        catch (IOException e) when (e.HResult == PosixFile.ReadOnlyFileSystem)
        {
            throw new StoreException(StoreFault.Denied, $"{operation} of {key}: the folder's file system is read-only", e);
        }
        catch (IOException e) when (SpoolDisk.IsFull(e))
        {
            throw new StoreException(StoreFault.Full, $"{operation} of {key}: the folder's disk is full", e);
        }
        catch (IOException e)
        {
            // Without the folder's path: it may name a user.
            throw new StoreException(StoreFault.Unavailable, $"{operation} of {key} failed: {Reason(e)}", e);
        }
    }

    private string Reason(IOException e) => e.Message.Replace(_root, "the store", StringComparison.Ordinal);
}
