namespace K8sRecorder.Recording.Parts;

/// <summary>
/// The parts a session remembers, the least recently used forgotten first. A key stands for one piece, or for a run of pieces that were stored
/// as one part; the entry of the first piece knows how long such runs are. One thread at a time.
/// </summary>
internal sealed class PartTable(int capacity)
{
    private const int None = -1;

    private readonly Dictionary<PartKey, int> _slots = [];
    private Entry[] _entries = new Entry[64];
    private int _used;
    private int _newest = None;
    private int _oldest = None;

    public int Count => _slots.Count;

    /// <summary>Finds the part of a key and makes it the newest.</summary>
    /// <param name="key">Key of a piece or a run.</param>
    /// <param name="part">Its part, or -1 where only runs begin with it.</param>
    /// <param name="runs">Bit n says that a run of n pieces begins with this one.</param>
    public bool TryGet(PartKey key, out long part, out ulong runs)
    {
        part = -1;
        runs = 0;
        if (!_slots.TryGetValue(key, out var slot))
            return false;
        Touch(slot);
        (part, runs) = (_entries[slot].Part, _entries[slot].Runs);
        return true;
    }

    /// <summary>Remembers the part of a piece or a run.</summary>
    public void Set(PartKey key, long part)
    {
        var slot = SlotOf(key); // first: it may replace the array
        _entries[slot].Part = part;
    }

    /// <summary>Remembers that a run of this many pieces begins with a piece.</summary>
    public void SetRun(PartKey first, int pieces)
    {
        var slot = SlotOf(first); // first: it may replace the array
        _entries[slot].Runs |= 1UL << pieces;
    }

    private int SlotOf(PartKey key)
    {
        if (_slots.TryGetValue(key, out var slot))
        {
            Touch(slot);
            return slot;
        }

        slot = _used < capacity ? Grow() : Evict();
        _entries[slot] = new Entry { Key = key, Part = -1, Newer = None, Older = None };
        _slots.Add(key, slot);
        Link(slot);
        return slot;
    }

    private int Grow()
    {
        if (_used == _entries.Length)
            Array.Resize(ref _entries, Math.Min(capacity, _entries.Length * 2));
        return _used++;
    }

    private int Evict()
    {
        var slot = _oldest;
        _slots.Remove(_entries[slot].Key);
        Unlink(slot);
        return slot;
    }

    private void Touch(int slot)
    {
        if (slot == _newest)
            return;
        Unlink(slot);
        Link(slot);
    }

    private void Link(int slot)
    {
        _entries[slot].Older = _newest;
        _entries[slot].Newer = None;
        if (_newest != None)
            _entries[_newest].Newer = slot;
        _newest = slot;
        if (_oldest == None)
            _oldest = slot;
    }

    private void Unlink(int slot)
    {
        var (older, newer) = (_entries[slot].Older, _entries[slot].Newer);
        if (older != None)
            _entries[older].Newer = newer;
        else
            _oldest = newer;
        if (newer != None)
            _entries[newer].Older = older;
        else
            _newest = older;
    }

    private struct Entry
    {
        public PartKey Key;
        public long Part;
        public ulong Runs;
        public int Newer;
        public int Older;
    }
}
