using K8sRecorder.Recording.Stores;
using K8sRecorder.Testing;

namespace K8sRecorder.Recording.Tests.Stores;

public sealed class FolderStoreTests : StoreConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Leftovers_of_a_crash_are_seen_by_nobody()
    {
        var store = new FolderStore(_folder.Path);
        await store.PutNewAsync("a/b", Bytes(10), default);
        // What a crash before the link leaves.
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "a", ".tmp-0123456789abcdef0123456789abcdef"), Bytes(5));

        var keys = new List<string>();
        await foreach (var entry in store.ListAsync("", default))
            keys.Add(entry.Key);

        Assert.Equal(["a/b"], keys);
        Assert.Equal(PutResult.Created, await store.PutNewAsync("a/c", Bytes(10), default));
    }

    [Fact]
    public async Task Nothing_temporary_is_left_behind()
    {
        var store = new FolderStore(_folder.Path);
        await store.PutNewAsync("a/b", Bytes(10), default);
        await store.PutNewAsync("a/b", Bytes(10), default);

        Assert.Equal(["b"], Directory.EnumerateFileSystemEntries(_folder["a"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Files_and_folders_are_the_owners_alone()
    {
        var store = new FolderStore(_folder["store"]);
        await store.PutNewAsync("a/b", Bytes(10), default);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["store/a/b"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["store/a"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["store"]));
    }

    [Fact]
    public async Task Folder_that_expired_meanwhile_is_made_again()
    {
        var store = new FolderStore(_folder.Path);
        await store.PutNewAsync("a/b", Bytes(10), default);
        Directory.Delete(_folder["a"], recursive: true);

        Assert.Equal(PutResult.Created, await store.PutNewAsync("a/b", Bytes(10), default));
    }

    [Fact]
    public async Task Link_out_of_the_store_is_not_followed_by_a_listing()
    {
        var store = new FolderStore(_folder["store"]);
        await store.PutNewAsync("a/b", Bytes(10), default);
        Directory.CreateSymbolicLink(_folder["store/a/out"], "/");
        Directory.CreateSymbolicLink(_folder["store/a/circle"], _folder["store"]);

        var count = 0;
        await foreach (var _ in store.ListAsync("", default))
            count++;

        Assert.Equal(1, count);
    }

    [Fact]
    public async Task File_in_the_way_of_a_folder_is_a_failure_of_the_store()
    {
        var store = new FolderStore(_folder.Path);
        await store.PutNewAsync("a", Bytes(10), default);

        var e = await Assert.ThrowsAsync<StoreException>(async () => await store.PutNewAsync("a/b", Bytes(10), default));

        Assert.DoesNotContain(_folder.Path, e.Message, StringComparison.Ordinal);
    }

    protected override Task<(IRecordingStore[] Writers, IRecordingReader Reader)> OpenAsync(int writers) =>
        Task.FromResult<(IRecordingStore[], IRecordingReader)>(
            ([.. Enumerable.Range(0, writers).Select(_ => new FolderStore(_folder["store"]))], new FolderStore(_folder["store"])));
}
