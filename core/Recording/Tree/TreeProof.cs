using System.Security.Cryptography;

namespace K8sRecorder.Recording.Tree;

/// <summary>
/// Audit paths and consistency proofs of RFC 6962 §2.1.1 and §2.1.2, over the leaf hashes of a tree; and their checks (RFC 9162 §2.1.3.2,
/// §2.1.4.2), which need the hashes of the proof alone and are total: any input gives true or false.
/// </summary>
public static class TreeProof
{
    /// <summary>The root over leaf hashes.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        return leaves.Count == 0 ? SHA256.HashData([]) : Root(leaves, 0, leaves.Count);
    }

    /// <summary>The hashes that lead from a leaf to the root, lowest first.</summary>
    public static IReadOnlyList<byte[]> Inclusion(IReadOnlyList<byte[]> leaves, int index)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Count);
        var path = new List<byte[]>();
        AddPath(leaves, 0, leaves.Count, index, path);
        return path;
    }

    /// <summary>The hashes that show that the tree of the first leaves is the beginning of the whole.</summary>
    public static IReadOnlyList<byte[]> Consistency(IReadOnlyList<byte[]> leaves, int firstSize)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentOutOfRangeException.ThrowIfNegative(firstSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstSize, leaves.Count);
        var path = new List<byte[]>();
        if (firstSize > 0)
            AddSubproof(leaves, 0, leaves.Count, firstSize, whole: true, path);
        return path;
    }

    /// <summary>Whether the path leads from the leaf hash to the root.</summary>
    public static bool IsIncluded(ReadOnlySpan<byte> leaf, long index, long size, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (index < 0 || index >= size || leaf.Length != TreeHash.Length)
            return false;
        Span<byte> hash = stackalloc byte[TreeHash.Length];
        leaf.CopyTo(hash);
        var (at, last) = (index, size - 1);
        foreach (var sibling in path)
        {
            if (last == 0 || sibling.Length != TreeHash.Length)
                return false;
            if ((at & 1) == 1 || at == last)
            {
                TreeHash.Node(sibling, hash, hash);
                while ((at & 1) == 0 && at != 0)
                    (at, last) = (at >> 1, last >> 1);
            }
            else
                TreeHash.Node(hash, sibling, hash);
            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>Whether the proof shows that the first tree is the beginning of the second.</summary>
    public static bool IsConsistent(
        long firstSize, long secondSize, ReadOnlySpan<byte> firstRoot, ReadOnlySpan<byte> secondRoot, IReadOnlyList<byte[]> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (firstSize < 0 || firstSize > secondSize || proof.Any(static hash => hash.Length != TreeHash.Length))
            return false;
        if (firstSize == secondSize)
            return proof.Count == 0 && firstRoot.SequenceEqual(secondRoot);
        if (firstSize == 0)
            return proof.Count == 0 && firstRoot.SequenceEqual(SHA256.HashData([]));

        // A first tree that is perfect is its own first hash.
        var next = 0;
        var isPerfect = (firstSize & (firstSize - 1)) == 0;
        if (!isPerfect && proof.Count == 0)
            return false;
        Span<byte> first = stackalloc byte[TreeHash.Length];
        Span<byte> second = stackalloc byte[TreeHash.Length];
        var start = isPerfect ? firstRoot : proof[next++];
        if (start.Length != TreeHash.Length)
            return false;
        start.CopyTo(first);
        start.CopyTo(second);
        var (at, last) = (firstSize - 1, secondSize - 1);
        while ((at & 1) == 1)
            (at, last) = (at >> 1, last >> 1);
        for (; next < proof.Count; next++)
        {
            if (last == 0)
                return false;
            if ((at & 1) == 1 || at == last)
            {
                TreeHash.Node(proof[next], first, first);
                TreeHash.Node(proof[next], second, second);
                while ((at & 1) == 0 && at != 0)
                    (at, last) = (at >> 1, last >> 1);
            }
            else
                TreeHash.Node(second, proof[next], second);
            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && firstRoot.SequenceEqual(first) && secondRoot.SequenceEqual(second);
    }

    private static byte[] Root(IReadOnlyList<byte[]> leaves, int from, int count)
    {
        if (count == 1)
            return [.. leaves[from]];
        var left = Split(count);
        var root = new byte[TreeHash.Length];
        TreeHash.Node(Root(leaves, from, left), Root(leaves, from + left, count - left), root);
        return root;
    }

    private static void AddPath(IReadOnlyList<byte[]> leaves, int from, int count, int index, List<byte[]> path)
    {
        if (count == 1)
            return;
        var left = Split(count);
        if (index < left)
        {
            AddPath(leaves, from, left, index, path);
            path.Add(Root(leaves, from + left, count - left));
        }
        else
        {
            AddPath(leaves, from + left, count - left, index - left, path);
            path.Add(Root(leaves, from, left));
        }
    }

    private static void AddSubproof(IReadOnlyList<byte[]> leaves, int from, int count, int first, bool whole, List<byte[]> path)
    {
        if (first == count)
        {
            if (!whole)
                path.Add(Root(leaves, from, count));
            return;
        }

        var left = Split(count);
        if (first <= left)
        {
            AddSubproof(leaves, from, left, first, whole, path);
            path.Add(Root(leaves, from + left, count - left));
        }
        else
        {
            AddSubproof(leaves, from + left, count - left, first - left, whole: false, path);
            path.Add(Root(leaves, from, left));
        }
    }

    /// <summary>The largest power of two below the count.</summary>
    private static int Split(int count) => 1 << System.Numerics.BitOperations.Log2((uint)(count - 1));
}
