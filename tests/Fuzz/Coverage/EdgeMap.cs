using System.Runtime.CompilerServices;

namespace K8sRecorder.Fuzz.Coverage;

/// <summary>
/// Counts which branches the code under test takes. The instrumented assemblies call <see cref="Hit"/> at the head of every basic
/// block; an entry stands for a pair of blocks, so that the way to a block counts, not the block alone. One process, one target.
/// </summary>
public static class EdgeMap
{
    /// <summary>Entries; the branches of all our assemblies are a tenth of it.</summary>
    public const int Size = 1 << 18;

    /// <summary>Features an entry can have: eight sizes of its count, and whether it was hit at all.</summary>
    public const int FeaturesPerEntry = 16;

    private const int HitFeature = 8;

    private static readonly byte[] Counts = new byte[Size];
    private static readonly int[] Touched = new int[Size];
    private static int _touched;
    private static int _previous;
    private static int _shift = 1;

    /// <summary>From now on an entry stands for a block alone: to tell which were reached.</summary>
    public static void CountBlocks() => _shift = 31;

    /// <summary>The block of a feature, after <see cref="CountBlocks"/>.</summary>
    public static int BlockOf(int feature) => feature / FeaturesPerEntry;

    /// <summary>Called by instrumented code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Hit(int block)
    {
        var at = (_previous ^ block) & (Size - 1);
        _previous = block >> _shift;
        var count = Counts[at];
        if (count == 0)
            Touch(at);
        if (count != byte.MaxValue)
            Counts[at] = (byte)(count + 1);
    }

    /// <summary>Forgets everything.</summary>
    public static void Reset()
    {
        var touched = Math.Min(_touched, Size);
        for (var i = 0; i < touched; i++)
            Counts[Touched[i]] = 0;
        (_touched, _previous) = (0, 0);
    }

    /// <summary>Adds what was hit since <see cref="Reset"/>, with how often, in eight steps as AFL counts them.</summary>
    public static void CollectCounts(List<int> features)
    {
        var touched = Math.Min(_touched, Size);
        for (var i = 0; i < touched; i++)
            features.Add((Touched[i] * FeaturesPerEntry) + Step(Counts[Touched[i]]));
    }

    /// <summary>Adds what was hit since <see cref="Reset"/>, without how often.</summary>
    public static void CollectHits(List<int> features)
    {
        var touched = Math.Min(_touched, Size);
        for (var i = 0; i < touched; i++)
            features.Add((Touched[i] * FeaturesPerEntry) + HitFeature);
    }

    /// <summary>Whether a feature says that an entry was hit at all.</summary>
    public static bool IsHit(int feature) => feature % FeaturesPerEntry == HitFeature;

    // Apart from Hit, so that Hit stays small enough to be inlined. A race of two threads may lose an entry and nothing else.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Touch(int at)
    {
        var next = _touched;
        if ((uint)next >= Size)
            return;
        Touched[next] = at;
        _touched = next + 1;
    }

    private static int Step(byte count) => count switch
    {
        < 4 => count - 1,
        < 8 => 3,
        < 16 => 4,
        < 32 => 5,
        < 128 => 6,
        _ => 7,
    };
}
