using System.Security.Cryptography;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Tests.Stores;

/// <summary>The contract of <see cref="IRecordingStore"/> and <see cref="IRecordingReader"/>, held to every store.</summary>
public abstract class StoreConformance
{
    private const string Key = "sessions/2026/11/21/01jd0000000000000000000000/open.json";

    /// <summary>Several doors to one new store: no state is shared between them, as between processes.</summary>
    protected abstract Task<(IRecordingStore[] Writers, IRecordingReader Reader)> OpenAsync(int writers);

    [Fact]
    public async Task Put_of_a_new_key_is_created_and_read_back()
    {
        var ((store, reader), bytes) = (await OneAsync(), Bytes(1000));

        Assert.Equal(PutResult.Created, await store.PutNewAsync(Key, bytes, default));

        Assert.Equal(bytes, await reader.GetAsync(Key, 1000, default));
    }

    [Fact]
    public async Task Put_of_the_same_bytes_again_exists()
    {
        var ((store, _), bytes) = (await OneAsync(), Bytes(1000));
        await store.PutNewAsync(Key, bytes, default);

        Assert.Equal(PutResult.Exists, await store.PutNewAsync(Key, bytes, default));

        Assert.True(await store.ConfirmAsync(Key, SHA256.HashData(bytes), default));
    }

    [Fact]
    public async Task Put_of_other_bytes_exists_and_leaves_the_first()
    {
        var ((store, reader), first, second) = (await OneAsync(), Bytes(1000), Bytes(999));
        await store.PutNewAsync(Key, first, default);

        Assert.Equal(PutResult.Exists, await store.PutNewAsync(Key, second, default));

        Assert.Equal(first, await reader.GetAsync(Key, 1000, default));
        Assert.False(await store.ConfirmAsync(Key, SHA256.HashData(second), default));
    }

    [Fact]
    public async Task Confirm_of_a_missing_key_is_false()
    {
        var (store, _) = await OneAsync();

        Assert.False(await store.ConfirmAsync(Key, SHA256.HashData([]), default));
    }

    [Fact]
    public async Task Get_of_a_missing_key_is_null()
    {
        var (store, reader) = await OneAsync();
        await store.PutNewAsync(Key, Bytes(1), default);

        Assert.Null(await reader.GetAsync("sessions/other", 10, default));
    }

    [Fact]
    public async Task Get_beyond_the_callers_bound_is_refused()
    {
        var (store, reader) = await OneAsync();
        await store.PutNewAsync(Key, Bytes(11), default);

        var e = await Assert.ThrowsAsync<StoreException>(async () => await reader.GetAsync(Key, 10, default));

        Assert.Equal(StoreFault.TooLarge, e.Fault);
        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task Writers_that_race_for_one_key_get_exactly_one_created()
    {
        var (writers, reader) = await OpenAsync(8);
        for (var round = 0; round < 8; round++)
        {
            var key = $"sessions/race/{round}";
            var bytes = writers.Select((_, i) => Bytes(2000 + i)).ToArray();

            var results = await Task.WhenAll(writers.Select((w, i) => Task.Run(async () => await w.PutNewAsync(key, bytes[i], default))));

            Assert.Equal(1, results.Count(r => r == PutResult.Created));
            Assert.Equal(bytes[Array.IndexOf(results, PutResult.Created)], await reader.GetAsync(key, 10_000, default));
        }
    }

    [Fact]
    public async Task Reader_sees_the_whole_object_or_none()
    {
        var ((store, reader), bytes) = (await OneAsync(), Bytes(6 << 20));
        for (var round = 0; round < 3; round++)
        {
            var key = $"sessions/whole/{round}";
            var put = Task.Run(async () => await store.PutNewAsync(key, bytes, default));
            byte[]? seen;
            do
            {
                await foreach (var entry in reader.ListAsync("sessions/whole/", default))
                    Assert.Equal(bytes.Length, entry.Size);
                seen = await reader.GetAsync(key, bytes.Length, default);
            }
            while (seen is null);

            Assert.True(seen.AsSpan().SequenceEqual(bytes));
            Assert.Equal(PutResult.Created, await put);
        }
    }

    [Fact]
    public async Task Big_object_is_created_whole()
    {
        var ((store, reader), bytes) = (await OneAsync(), Bytes(40 << 20));

        Assert.Equal(PutResult.Created, await store.PutNewAsync(Key, bytes, default));

        Assert.True((await reader.GetAsync(Key, bytes.Length, default)).AsSpan().SequenceEqual(bytes));
    }

    [Fact]
    public async Task List_is_in_key_order_under_the_prefix()
    {
        var (store, reader) = await OneAsync();
        string[] keys = ["a/b/1", "a/b-c", "a/b.c", "a/b0", "a/b=c", "a/bA", "a/b_c", "a/ba/x", "b/1", "a/b/0/deep/er"];
        foreach (var key in keys)
            await store.PutNewAsync(key, Bytes(key.Length), default);

        Assert.Equal(keys.Where(k => k.StartsWith("a/b", StringComparison.Ordinal)).Order(StringComparer.Ordinal), await KeysAsync(reader, "a/b"));
        Assert.Equal(["a/b/0/deep/er", "a/b/1"], await KeysAsync(reader, "a/b/"));
        Assert.Equal(["b/1"], await KeysAsync(reader, "b/"));
        Assert.Equal(keys.Length, (await KeysAsync(reader, "")).Count);
        Assert.Empty(await KeysAsync(reader, "c/"));
    }

    [Fact]
    public async Task List_gives_sizes()
    {
        var (store, reader) = await OneAsync();
        await store.PutNewAsync(Key, Bytes(1234), default);

        await foreach (var entry in reader.ListAsync("sessions/", default))
            Assert.Equal(new StoreEntry(Key, 1234), entry);
    }

    [Fact]
    public async Task Folders_are_listed_one_level_deep_in_order()
    {
        var (store, reader) = await OneAsync();
        foreach (var key in new[] { "s/b/1", "s/a/1/2", "s/a/2", "s/file", "t/x/y" })
            await store.PutNewAsync(key, Bytes(3), default);

        Assert.Equal(["s/a/", "s/b/"], await FoldersAsync(reader, "s/"));
        Assert.Equal(["s/", "t/"], await FoldersAsync(reader, ""));
        Assert.Empty(await FoldersAsync(reader, "nothing/"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("a/./b")]
    [InlineData("a/.tmp-1")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a%2fb")]
    [InlineData("a?b")]
    [InlineData("ä")]
    [InlineData("a\nb")]
    public async Task Odd_keys_are_refused(string key)
    {
        var (store, reader) = await OneAsync();

        foreach (var attempt in new Func<Task>[]
        {
            async () => await store.PutNewAsync(key, Bytes(1), default),
            async () => await store.ConfirmAsync(key, new byte[32], default),
            async () => await reader.GetAsync(key, 10, default),
        })
            Assert.Equal(StoreFault.InvalidKey, (await Assert.ThrowsAsync<StoreException>(attempt)).Fault);
    }

    [Fact]
    public async Task Longest_key_is_taken_and_a_longer_one_refused()
    {
        var (store, _) = await OneAsync();
        var longest = string.Join('/', Enumerable.Repeat(new string('k', 127), 4)) + "x";

        Assert.Equal(StoreKey.MaxLength, longest.Length);
        Assert.Equal(PutResult.Created, await store.PutNewAsync(longest, Bytes(1), default));
        await Assert.ThrowsAsync<StoreException>(async () => await store.PutNewAsync(longest + "x", Bytes(1), default));
    }

    [Fact]
    public async Task Identity_is_the_same_for_all_who_are_first()
    {
        var (writers, reader) = await OpenAsync(4);

        var ids = await Task.WhenAll(writers.Select(w => Task.Run(async () => await StoreIdentity.GetOrCreateAsync(w, reader, null, default))));

        Assert.Single(ids.Distinct());
        Assert.True(StoreIdentity.IsId(ids[0]));
        Assert.Equal(ids[0], await StoreIdentity.ReadAsync(reader, default));
    }

    [Fact]
    public async Task Cancelled_put_says_so()
    {
        var (store, _) = await OneAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.PutNewAsync(Key, Bytes(1), cancelled.Token));
    }

    protected static byte[] Bytes(int count) => RandomNumberGenerator.GetBytes(count);

    private async Task<(IRecordingStore Store, IRecordingReader Reader)> OneAsync()
    {
        var (writers, reader) = await OpenAsync(1);
        return (writers[0], reader);
    }

    private static async Task<List<string>> KeysAsync(IRecordingReader reader, string prefix)
    {
        var keys = new List<string>();
        await foreach (var entry in reader.ListAsync(prefix, default))
            keys.Add(entry.Key);
        return keys;
    }

    private static async Task<List<string>> FoldersAsync(IRecordingReader reader, string prefix)
    {
        var folders = new List<string>();
        await foreach (var folder in reader.ListFoldersAsync(prefix, default))
            folders.Add(folder);
        return folders;
    }
}
