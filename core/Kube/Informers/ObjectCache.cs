using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Informers;

/// <summary>Objects by name, and by the indexes over them. Safe for many readers and one writer.</summary>
internal sealed class ObjectCache<T>(IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> indexers)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NamespacedName, T> _objects = [];
    private readonly Dictionary<(string Index, string Value), HashSet<NamespacedName>> _indexed = [];

    public int Count
    {
        get
        {
            lock (_lock)
                return _objects.Count;
        }
    }

    public T? Get(NamespacedName key)
    {
        lock (_lock)
            return _objects.GetValueOrDefault(key);
    }

    public List<T> List()
    {
        lock (_lock)
            return [.. _objects.Values];
    }

    public List<T> ByIndex(string index, string value)
    {
        if (!indexers.ContainsKey(index))
            throw new ArgumentException($"there is no index {index}", nameof(index));
        lock (_lock)
            return _indexed.TryGetValue((index, value), out var keys) ? [.. keys.Select(key => _objects[key])] : [];
    }

    /// <summary>Keys that are held and not in <paramref name="others"/>.</summary>
    public List<NamespacedName> KeysBeside(HashSet<NamespacedName> others)
    {
        lock (_lock)
            return [.. _objects.Keys.Where(key => !others.Contains(key))];
    }

    /// <summary>Keeps it; returns what was there.</summary>
    public T? Set(NamespacedName key, T entity)
    {
        var values = ValuesOf(entity);
        lock (_lock)
        {
            var before = _objects.GetValueOrDefault(key);
            if (before is not null)
                Unindex_NeedsLock(key, before);
            _objects[key] = entity;
            foreach (var value in values)
            {
                if (!_indexed.TryGetValue(value, out var keys))
                    _indexed[value] = keys = [];
                keys.Add(key);
            }
            return before;
        }
    }

    /// <summary>Forgets it; returns what was there.</summary>
    public T? Remove(NamespacedName key)
    {
        lock (_lock)
        {
            if (_objects.Remove(key, out var before))
                Unindex_NeedsLock(key, before);
            return before;
        }
    }

    private void Unindex_NeedsLock(NamespacedName key, T entity)
    {
        foreach (var value in ValuesOf(entity))
        {
            if (!_indexed.TryGetValue(value, out var keys))
                continue;
            keys.Remove(key);
            if (keys.Count == 0)
                _indexed.Remove(value);
        }
    }

    private List<(string, string)> ValuesOf(T entity) =>
        [.. indexers.SelectMany(index => index.Value(entity).Select(value => (index.Key, value)))];
}
