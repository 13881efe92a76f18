using System.Numerics;
using System.Security.Cryptography;

namespace K8sRecorder.Recording.Tree;

/// <summary>
/// A growing RFC 6962 tree, kept as the roots of its perfect subtrees: as many hashes as its size has one-bits, largest subtree first.
/// Takes a leaf in amortised constant time. One thread at a time.
/// </summary>
public sealed class TreeFrontier
{
    private readonly byte[] _hashes = new byte[64 * TreeHash.Length];

    /// <summary>An empty tree.</summary>
    public TreeFrontier()
    {
    }

    /// <summary>A tree restored from <see cref="Size"/> and <see cref="Hashes"/>.</summary>
    public TreeFrontier(long size, ReadOnlySpan<byte> hashes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (hashes.Length != BitOperations.PopCount((ulong)size) * TreeHash.Length)
            throw new ArgumentException("as many hashes as the size has one-bits", nameof(hashes));
        Size = size;
        hashes.CopyTo(_hashes);
    }

    /// <summary>Leaves so far.</summary>
    public long Size { get; private set; }

    /// <summary>The roots of the perfect subtrees, largest first.</summary>
    public ReadOnlySpan<byte> Hashes => _hashes.AsSpan(0, BitOperations.PopCount((ulong)Size) * TreeHash.Length);

    /// <summary>Appends a record line, with its line feed.</summary>
    public void Append(ReadOnlySpan<byte> line)
    {
        var used = Hashes.Length;
        TreeHash.Leaf(line, _hashes.AsSpan(used, TreeHash.Length));

        // Each trailing one-bit of the old size is a perfect subtree as large as the one just completed: join them.
        for (var size = Size; (size & 1) == 1; size >>= 1, used -= TreeHash.Length)
        {
            var left = _hashes.AsSpan(used - TreeHash.Length, TreeHash.Length);
            TreeHash.Node(left, _hashes.AsSpan(used, TreeHash.Length), left);
        }

        Size++;
    }

    /// <summary>Writes the root over all leaves so far.</summary>
    public void Root(Span<byte> root)
    {
        var hashes = Hashes;
        if (hashes.IsEmpty)
        {
            SHA256.HashData([], root);
            return;
        }

        hashes[^TreeHash.Length..].CopyTo(root);
        for (var at = hashes.Length - (2 * TreeHash.Length); at >= 0; at -= TreeHash.Length)
            TreeHash.Node(hashes.Slice(at, TreeHash.Length), root, root);
    }
}
