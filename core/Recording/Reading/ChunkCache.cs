using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Reading;

/// <summary>Chunks taken apart, the least recently used ones let go: an auditor's memory is bounded, however long the session is.</summary>
internal sealed class ChunkCache(IRecordingReader store, long budget)
{
    private readonly Dictionary<string, LinkedListNode<(string Key, ParsedChunk Chunk)>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, ParsedChunk Chunk)> _recent = [];
    private long _bytes;

    /// <summary>The chunk of this key; null where it is not in the store any more or is too large to read.</summary>
    public async ValueTask<(ParsedChunk? Chunk, long Stored)> GetAsync(string key, CancellationToken cancellationToken)
    {
        if (_byKey.TryGetValue(key, out var node))
        {
            _recent.Remove(node);
            _recent.AddFirst(node);
            return (node.Value.Chunk, 0);
        }

        byte[]? stored;
        try
        {
            stored = await store.GetAsync(key, ReadLimits.StoredBytes, cancellationToken);
        }
        catch (StoreException e) when (e.Fault == StoreFault.TooLarge)
        {
            return (null, 0);
        }

        if (stored is null)
            return (null, 0);
        var chunk = ChunkReader.Read(stored, key);
        _byKey[key] = _recent.AddFirst((key, chunk));
        _bytes += chunk.PlainLength;
        while (_bytes > budget && _recent.Count > 1)
        {
            var (oldKey, old) = _recent.Last!.Value;
            _recent.RemoveLast();
            _byKey.Remove(oldKey);
            // Its buffer is left to the collector: somebody may be half-way through it.
            _bytes -= old.PlainLength;
        }

        return (chunk, stored.Length);
    }
}
