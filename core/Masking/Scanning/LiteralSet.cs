using System.Runtime.CompilerServices;

namespace K8sRecorder.Masking.Scanning;

/// <summary>
/// All literals of all detectors, found in one pass. A vectorised filter over three bytes at a time (the Teddy algorithm of
/// Hyperscan: two nibble tables a byte, eight buckets) proposes positions, a hash over the same three bytes names the
/// literals that may stand there, a comparison decides.
/// </summary>
internal sealed class LiteralSet
{
    private const int SlotBits = 12;

    private readonly Literal[] _literals;
    private readonly Entry[] _entries;
    private readonly short[] _slots = new short[1 << SlotBits];
    private readonly Literal[][] _byFirst = new Literal[256][];
    private readonly Literal[][] _short = new Literal[256][];
    private readonly bool[] _startsOther = new bool[256];
    private readonly NibbleFilter _filter;

    public LiteralSet(IReadOnlyList<Literal> literals, IReadOnlyList<ByteClassPattern> classes)
    {
        _literals = [.. literals];
        Classes = [.. classes];
        _filter = NibbleFilter.Build(_literals, Classes);
        var entries = new List<Entry>();
        for (var first = 0; first < 256; first++)
        {
            var starting = _literals.Where(l => l.Bytes[0] == (l.IgnoreCase ? AsciiFold.Lower((byte)first) : (byte)first)).ToArray();
            _byFirst[first] = starting;
            _short[first] = [.. starting.Where(l => l.Bytes.Length < 3)];
            _startsOther[first] = _short[first].Length > 0 || classes.Any(c => c.First.Contains((char)first));
        }

        Array.Fill(_slots, (short)-1);
        foreach (var group in _literals.Where(l => l.Bytes.Length >= 3).GroupBy(l => Key(l.Bytes[0], l.Bytes[1], l.Bytes[2])))
        {
            var slot = Slot(group.Key);
            entries.Add(new Entry(group.Key, [.. group], _slots[slot]));
            _slots[slot] = (short)(entries.Count - 1);
        }

        _entries = [.. entries];
        MaxLength = _literals.Select(l => l.Bytes.Length).Append(3).Max();
    }

    /// <summary>Length of the longest literal.</summary>
    public int MaxLength { get; }

    /// <summary>Patterns that start with one of a class of bytes, not with a literal.</summary>
    public ByteClassPattern[] Classes { get; }

    /// <summary>Positions in [from, to) where something may start, ascending. Stops when the buffer is full.</summary>
    /// <returns>Where to go on: <paramref name="to"/> when all is looked through.</returns>
    public int FindCandidates(ReadOnlySpan<byte> text, int from, int to, Span<int> positions, out int count)
    {
        var next = _filter.Find(text, from, to, positions, out var proposed);
        count = 0;
        foreach (var at in positions[..proposed])
        {
            positions[count] = at;
            // The last two bytes are not known to be the start of nothing.
            var mayStand = at + 2 >= text.Length || _startsOther[text[at]] || _slots[Slot(Key(text[at], text[at + 1], text[at + 2]))] >= 0;
            count += mayStand ? 1 : 0;
        }

        return next;
    }

    /// <summary>The literals that may stand at a position whose three bytes are known; to be compared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Literal[] At(byte b0, byte b1, byte b2)
    {
        var key = Key(b0, b1, b2);
        for (int i = _slots[Slot(key)]; i >= 0; i = _entries[i].Next)
        {
            if (_entries[i].Key == key)
                return _entries[i].Literals;
        }

        return [];
    }

    /// <summary>The literals of fewer than three bytes that start with this byte.</summary>
    public Literal[] ShortAt(byte first) => _short[first];

    /// <summary>Every literal that starts with this byte: for the last bytes of a text, where three are not known yet.</summary>
    public Literal[] StartingWith(byte first) => _byFirst[first];

    private static uint Key(byte b0, byte b1, byte b2) =>
        Fold(b0) | (Fold(b1) << 8) | (Fold(b2) << 16);

    /// <summary>Coarser than lower case and without a branch: what it confuses the comparison tells apart.</summary>
    private static uint Fold(byte b) => b | 0x20u;

    private static int Slot(uint key) => (int)((key * 0x9E3779B1u) >> (32 - SlotBits));

    private readonly record struct Entry(uint Key, Literal[] Literals, short Next);
}
