using K8sRecorder.Recording.Tree;

namespace K8sRecorder.Recording.Tests.Tree;

/// <summary>The vectors of the certificate-transparency reference implementation for RFC 6962 (merkletree tests): eight leaves, their roots, paths.</summary>
public class TreeTests
{
    private static readonly byte[][] Inputs =
    [
        [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
        [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    public static TheoryData<int, int, string[]> Paths => new()
    {
        { 1, 1, [] },
        {
            1, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        },
        {
            6, 8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        },
        { 3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"] },
        {
            2, 5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        },
    };

    public static TheoryData<int, int, string[]> Consistencies => new()
    {
        { 1, 1, [] },
        {
            1, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        },
        {
            6, 8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        },
        {
            2, 5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        },
    };

    [Fact]
    public void Frontier_has_the_root_of_every_size()
    {
        var tree = new TreeFrontier();
        var root = new byte[TreeHash.Length];
        for (var size = 0; size <= Inputs.Length; size++)
        {
            tree.Root(root);
            Assert.Equal(Roots[size], Convert.ToHexStringLower(root));
            if (size < Inputs.Length)
                tree.Append(Inputs[size]);
        }
    }

    [Fact]
    public void Frontier_restored_anywhere_goes_on_the_same()
    {
        var random = new Random(1);
        var leaves = Enumerable.Range(0, 130).Select(i => { var line = new byte[random.Next(0, 3000)]; random.NextBytes(line); return line; }).ToList();
        var tree = new TreeFrontier();
        var (root, again) = (new byte[TreeHash.Length], new byte[TreeHash.Length]);
        for (var size = 0; size < leaves.Count; size++)
        {
            tree.Append(leaves[size]);
            var restored = new TreeFrontier(tree.Size, tree.Hashes);
            tree.Root(root);
            restored.Root(again);
            Assert.Equal(root, again);
            Assert.Equal(TreeProof.Root([.. leaves.Take(size + 1).Select(Leaf)]), root);
            tree = restored;
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Inclusion_is_the_reference_path(int leaf, int size, string[] path)
    {
        var leaves = Leaves(size);
        Assert.Equal(path, TreeProof.Inclusion(leaves, leaf - 1).Select(Convert.ToHexStringLower));
    }

    [Theory]
    [MemberData(nameof(Consistencies))]
    public void Consistency_is_the_reference_proof(int first, int second, string[] proof) =>
        Assert.Equal(proof, TreeProof.Consistency(Leaves(second), first).Select(Convert.ToHexStringLower));

    [Fact]
    public void Every_proof_of_small_trees_holds_and_every_change_of_it_fails()
    {
        var all = Enumerable.Range(0, 17).Select(i => Leaf([(byte)i])).ToArray();
        for (var size = 1; size <= all.Length; size++)
        {
            var leaves = all[..size];
            var root = TreeProof.Root(leaves);
            for (var i = 0; i < size; i++)
            {
                var path = TreeProof.Inclusion(leaves, i);
                Assert.True(TreeProof.IsIncluded(leaves[i], i, size, path, root));
                Assert.False(TreeProof.IsIncluded(leaves[i], i + 1, size, path, root));
                Assert.False(TreeProof.IsIncluded(leaves[i], i, size, [.. path, root], root));
                Assert.All(Flipped(path), bad => Assert.False(TreeProof.IsIncluded(leaves[i], i, size, bad, root)));
            }

            for (var first = 0; first <= size; first++)
            {
                var before = TreeProof.Root(all[..first]);
                var proof = TreeProof.Consistency(leaves, first);
                Assert.True(TreeProof.IsConsistent(first, size, before, root, proof));
                Assert.False(TreeProof.IsConsistent(first, size, before, root, [.. proof, root]));
                Assert.All(Flipped(proof), bad => Assert.False(TreeProof.IsConsistent(first, size, before, root, bad)));
                if (first != size)
                    Assert.False(TreeProof.IsConsistent(first, size, root, root, proof));
            }
        }
    }

    private static IEnumerable<byte[][]> Flipped(IReadOnlyList<byte[]> proof)
    {
        for (var i = 0; i < proof.Count; i++)
        {
            var bad = proof.Select(hash => hash.ToArray()).ToArray();
            bad[i][7] ^= 1;
            yield return bad;
        }
    }

    private static byte[][] Leaves(int count) => [.. Inputs.Take(count).Select(Leaf)];

    private static byte[] Leaf(byte[] line)
    {
        var hash = new byte[TreeHash.Length];
        TreeHash.Leaf(line, hash);
        return hash;
    }
}
