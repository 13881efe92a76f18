using System.Security.Cryptography;

namespace K8sRecorder.Recording.Verify;

/// <summary>The verifier's own RFC 6962 tree: the roots of the perfect subtrees over the leaves so far, largest first.</summary>
internal sealed class MerkleFrontier
{
    private readonly List<byte[]> _subtrees = [];

    /// <summary>The number of leaves.</summary>
    public long Size { get; private set; }

    /// <summary>Adds a leaf's hash: SHA-256(0x00 ‖ line).</summary>
    public void Add(ReadOnlySpan<byte> leaf)
    {
        var node = leaf.ToArray();
        // Each low one bit of the size is a subtree of the same height as the node: they join.
        for (var bits = Size; (bits & 1) == 1; bits >>= 1)
        {
            node = Join(_subtrees[^1], node);
            _subtrees.RemoveAt(_subtrees.Count - 1);
        }

        _subtrees.Add(node);
        Size++;
    }

    /// <summary>The root over the leaves so far.</summary>
    public byte[] Root()
    {
        if (_subtrees.Count == 0)
            return SHA256.HashData([]);
        var root = _subtrees[^1];
        for (var i = _subtrees.Count - 2; i >= 0; i--)
            root = Join(_subtrees[i], root);
        return root;
    }

    private static byte[] Join(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> node = stackalloc byte[65];
        node[0] = 1;
        left.CopyTo(node[1..]);
        right.CopyTo(node[33..]);
        return SHA256.HashData(node);
    }
}
