using System.Runtime.CompilerServices;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Testing;

/// <summary>A store's objects in memory, for tests that change them by the thousand.</summary>
public sealed class MemoryReader : IRecordingReader
{
    /// <summary>The objects, to be changed at will.</summary>
    public SortedDictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Url => "memory:";

    /// <summary>The objects of a folder store.</summary>
    public static MemoryReader Of(string folder)
    {
        var reader = new MemoryReader();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            reader.Objects[Path.GetRelativePath(folder, file)] = File.ReadAllBytes(file);
        return reader;
    }

    /// <inheritdoc/>
    public ValueTask<byte[]?> GetAsync(string key, int maxBytes, CancellationToken cancellationToken) =>
        !Objects.TryGetValue(key, out var bytes) ? ValueTask.FromResult<byte[]?>(null)
        : bytes.Length > maxBytes ? throw new StoreException(StoreFault.TooLarge, "too large")
        : ValueTask.FromResult<byte[]?>(bytes.ToArray());

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreEntry> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (key, bytes) in Objects)
            if (key.StartsWith(prefix, StringComparison.Ordinal))
                yield return new StoreEntry(key, bytes.Length);
        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = "";
        foreach (var key in Objects.Keys)
        {
            var end = key.StartsWith(prefix, StringComparison.Ordinal) ? key.IndexOf('/', prefix.Length) : -1;
            if (end < 0 || key[..(end + 1)] == last)
                continue;
            yield return last = key[..(end + 1)];
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
