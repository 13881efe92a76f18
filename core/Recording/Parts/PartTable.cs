namespace K8sRecorder.Recording.Parts;

/// <summary>
/// The parts a session remembers, the least recently used forgotten first. A key stands for one piece, or for a run of pieces that were stored
/// as one part; the entry of the first piece knows how long such runs are. One thread at a time.
/// </summary>
/// <remarks>
/// A hash table whose chains go through the entries, and the entries stand in blocks: full it is 4.4 MB. A dictionary beside an array of
/// entries was 8 MB, and 20 MB resident with what both left behind where they had grown.
/// </remarks>
internal sealed class PartTable(int capacity)
{
    private const int None = -1;
    private const int BlockBits = 10; // 64 KiB: below what the collector puts among the large objects

    private readonly List<Entry[]> _blocks = [];
    private int[] _chains = Chains(256);
    private int _used;
    private int _newest = None;
    private int _oldest = None;

    public int Count { get; private set; }

    /// <summary>Finds the part of a key and makes it the newest.</summary>
    /// <param name="key">Key of a piece or a run.</param>
    /// <param name="part">Its part, or -1 where only runs begin with it.</param>
    /// <param name="runs">Bit n says that a run of n pieces begins with this one.</param>
    public bool TryGet(PartKey key, out long part, out ulong runs)
    {
        part = -1;
        runs = 0;
        var slot = Find(key);
        if (slot == None)
            return false;
        Touch(slot);
        (part, runs) = (At(slot).Part, At(slot).Runs);
        return true;
    }

    /// <summary>Remembers the part of a piece or a run.</summary>
    public void Set(PartKey key, long part) => At(SlotOf(key)).Part = part;

    /// <summary>Remembers that a run of this many pieces begins with a piece.</summary>
    public void SetRun(PartKey first, int pieces) => At(SlotOf(first)).Runs |= 1UL << pieces;

    private static int[] Chains(int count)
    {
        var chains = new int[count];
        Array.Fill(chains, None);
        return chains;
    }

    private ref Entry At(int slot) => ref _blocks[slot >> BlockBits][slot & ((1 << BlockBits) - 1)];

    private ref int ChainOf(PartKey key) => ref _chains[key.GetHashCode() & (_chains.Length - 1)];

    private int Find(PartKey key)
    {
        var slot = ChainOf(key);
        while (slot != None && At(slot).Key != key)
            slot = At(slot).Next;
        return slot;
    }

    private int SlotOf(PartKey key)
    {
        var slot = Find(key);
        if (slot != None)
        {
            Touch(slot);
            return slot;
        }

        slot = _used < capacity ? Grow() : Evict();
        ref var chain = ref ChainOf(key);
        At(slot) = new Entry { Key = key, Part = -1, Newer = None, Older = None, Next = chain };
        chain = slot;
        Count++;
        Link(slot);
        return slot;
    }

    private int Grow()
    {
        if (_used >> BlockBits == _blocks.Count)
            _blocks.Add(new Entry[1 << BlockBits]);
        if (_used == _chains.Length)
            Spread();
        return _used++;
    }

    /// <summary>Twice as many chains.</summary>
    private void Spread()
    {
        _chains = Chains(_chains.Length * 2);
        for (var slot = 0; slot < _used; slot++)
        {
            ref var entry = ref At(slot);
            ref var chain = ref ChainOf(entry.Key);
            (entry.Next, chain) = (chain, slot);
        }
    }

    private int Evict()
    {
        var slot = _oldest;
        ref var place = ref ChainOf(At(slot).Key);
        while (place != slot)
            place = ref At(place).Next;
        place = At(slot).Next;
        Count--;
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
        ref var entry = ref At(slot);
        (entry.Older, entry.Newer) = (_newest, None);
        if (_newest != None)
            At(_newest).Newer = slot;
        _newest = slot;
        if (_oldest == None)
            _oldest = slot;
    }

    private void Unlink(int slot)
    {
        var (older, newer) = (At(slot).Older, At(slot).Newer);
        if (older != None)
            At(older).Newer = newer;
        else
            _oldest = newer;
        if (newer != None)
            At(newer).Older = older;
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
        public int Next;
    }
}
