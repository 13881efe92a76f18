using System.Net;
using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns;

/// <summary>
/// Which addresses our resolver gave for which names, so that a connection can be told by its address what it was meant for. Only names that
/// were asked for through us and answered are in it. An entry stays for as long as the answer said, and a while longer, for clients connect
/// later than they ask. Bounded: what was used longest ago goes first. Any thread.
/// </summary>
/// <param name="time">For the entries' time to live.</param>
/// <param name="grace">How much longer than its time to live an entry stays.</param>
/// <param name="most">Most entries, a name with an address each.</param>
internal sealed class AddressBook(TimeProvider time, TimeSpan grace, int most = AddressBook.Most)
{
    public const int Most = 16_384;

    /// <summary>Runtimes keep an address for half a minute (Java) and more; pools ask again only when they connect again.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan MostTimeToLive = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(DnsName, IPAddress), LinkedListNode<Entry>> _entries = [];
    private readonly Dictionary<IPAddress, List<Entry>> _byAddress = [];
    private readonly Dictionary<DnsName, List<Entry>> _byName = [];
    private readonly LinkedList<Entry> _byUse = [];
    private long _learned;

    public AddressBook(TimeProvider time)
        : this(time, Grace)
    {
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>Our resolver gave this address for this very name.</summary>
    public void Learn(DnsName name, IPAddress address, TimeSpan timeToLive)
    {
        var until = time.GetUtcNow() + (timeToLive < MostTimeToLive ? timeToLive : MostTimeToLive) + grace;
        address = Plain(address);
        lock (_lock)
        {
            if (_entries.TryGetValue((name, address), out var known))
            {
                known.Value.Learned = ++_learned;
                if (known.Value.Until < until)
                    known.Value.Until = until;
                Use_NeedsLock(known.Value);
                return;
            }
            if (_entries.Count >= most && _byUse.First is { } oldest)
                Remove_NeedsLock(oldest.Value);
            var entry = new Entry(name, address) { Until = until, Learned = ++_learned };
            _entries.Add((name, address), entry.Node);
            _byUse.AddLast(entry.Node);
            Add(_byAddress, address, entry);
            Add(_byName, name, entry);
        }
    }

    /// <summary>The names that our resolver gave this address for, the one asked for last first.</summary>
    public IReadOnlyList<DnsName> NamesOf(IPAddress address)
    {
        lock (_lock)
            return [.. LiveOf_NeedsLock(_byAddress, Plain(address)).Select(entry => entry.Name)];
    }

    /// <summary>The addresses that our resolver gave for this name, the one given last first.</summary>
    public IReadOnlyList<IPAddress> AddressesOf(DnsName name)
    {
        lock (_lock)
            return [.. LiveOf_NeedsLock(_byName, name).Select(entry => entry.Address)];
    }

    /// <summary>Whether our resolver gave this address for this very name.</summary>
    public bool Knows(DnsName name, IPAddress address)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((name, Plain(address)), out var entry))
                return false;
            if (entry.Value.Until < time.GetUtcNow())
            {
                Remove_NeedsLock(entry.Value);
                return false;
            }
            Use_NeedsLock(entry.Value);
            return true;
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static void Add<TKey>(Dictionary<TKey, List<Entry>> index, TKey key, Entry entry)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var entries))
            index[key] = entries = [];
        entries.Add(entry);
    }

    private static void Remove<TKey>(Dictionary<TKey, List<Entry>> index, TKey key, Entry entry)
        where TKey : notnull
    {
        var entries = index[key];
        entries.Remove(entry);
        if (entries.Count == 0)
            index.Remove(key);
    }

    private List<Entry> LiveOf_NeedsLock<TKey>(Dictionary<TKey, List<Entry>> index, TKey key)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var entries))
            return [];
        var now = time.GetUtcNow();
        foreach (var expired in entries.Where(entry => entry.Until < now).ToList())
            Remove_NeedsLock(expired);
        var live = entries.OrderByDescending(entry => entry.Learned).ToList();
        foreach (var entry in live)
            Use_NeedsLock(entry);
        return live;
    }

    private void Use_NeedsLock(Entry entry)
    {
        _byUse.Remove(entry.Node);
        _byUse.AddLast(entry.Node);
    }

    private void Remove_NeedsLock(Entry entry)
    {
        _entries.Remove((entry.Name, entry.Address));
        _byUse.Remove(entry.Node);
        Remove(_byAddress, entry.Address, entry);
        Remove(_byName, entry.Name, entry);
    }

    private sealed class Entry
    {
        public Entry(DnsName name, IPAddress address)
        {
            (Name, Address) = (name, address);
            Node = new LinkedListNode<Entry>(this);
        }

        public DnsName Name { get; }

        public IPAddress Address { get; }

        public LinkedListNode<Entry> Node { get; }

        public DateTimeOffset Until { get; set; }

        /// <summary>The larger, the later.</summary>
        public long Learned { get; set; }
    }
}
