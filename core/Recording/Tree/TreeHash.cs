using System.Security.Cryptography;

namespace K8sRecorder.Recording.Tree;

/// <summary>The two hashes of RFC 6962 §2.1.</summary>
public static class TreeHash
{
    /// <summary>Length of every hash.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>SHA-256(0x00 ‖ line).</summary>
    public static void Leaf(ReadOnlySpan<byte> line, Span<byte> hash)
    {
        if (line.Length > 2047)
        {
            using var hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hasher.AppendData([0]);
            hasher.AppendData(line);
            hasher.GetHashAndReset(hash);
            return;
        }

        Span<byte> prefixed = stackalloc byte[2048];
        prefixed[0] = 0;
        line.CopyTo(prefixed[1..]);
        SHA256.HashData(prefixed[..(line.Length + 1)], hash);
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right). <paramref name="hash"/> may be one of the two.</summary>
    public static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> hash)
    {
        Span<byte> prefixed = stackalloc byte[1 + (2 * Length)];
        prefixed[0] = 1;
        left.CopyTo(prefixed[1..]);
        right.CopyTo(prefixed[(1 + Length)..]);
        SHA256.HashData(prefixed, hash);
    }
}
