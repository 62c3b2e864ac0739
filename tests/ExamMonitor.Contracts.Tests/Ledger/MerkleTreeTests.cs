using ExamMonitor.Contracts.Ledger;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Ledger;

public sealed class MerkleTreeTests
{
    private const int Largest = 33;

    // Inputs and roots of the reference implementation of RFC 6962.
    private static readonly string[] KnownEntries =
    [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];

    private static readonly string[] KnownRoots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Root_OfTheReferenceEntries_IsTheReferenceRoot()
    {
        var tree = new ReferenceTree([.. KnownEntries.Select(Convert.FromHexString)]);
        Assert.Equal(KnownRoots, Enumerable.Range(1, 8).Select(size => tree.Root(size).ToString()));
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", MerkleTree.EmptyRoot.ToString());
    }

    [Fact]
    public void CheckInclusion_EveryLeafOfEveryTree_Holds()
    {
        var tree = ReferenceTree.OfSize(Largest);
        foreach (var (leaf, size) in Pairs())
        {
            Assert.True(
                MerkleTree.CheckInclusion(leaf, tree.Leaf(leaf), size, tree.Root(size), MerkleTree.ProveInclusion(leaf, size, tree.Root)),
                $"leaf {leaf} of {size}"
            );
        }
    }

    [Fact]
    public void CheckInclusion_AnyBitOfTheProofFlipped_Fails()
    {
        var tree = ReferenceTree.OfSize(Largest);
        foreach (var (leaf, size) in Pairs())
        {
            var proof = MerkleTree.ProveInclusion(leaf, size, tree.Root);
            var (leafHash, root) = (tree.Leaf(leaf), tree.Root(size));
            foreach (var wrong in EveryBitFlipped(proof))
                Assert.False(MerkleTree.CheckInclusion(leaf, leafHash, size, root, wrong));
        }
    }

    [Fact]
    public void CheckInclusion_OtherLeafSizeRootOrLength_Fails()
    {
        var tree = ReferenceTree.OfSize(Largest);
        foreach (var (leaf, size) in Pairs())
        {
            var proof = MerkleTree.ProveInclusion(leaf, size, tree.Root);
            var (hash, root) = (tree.Leaf(leaf), tree.Root(size));
            for (var other = 0; other < Largest; other++)
            {
                if (other != leaf)
                    Assert.False(MerkleTree.CheckInclusion(leaf, tree.Leaf(other), size, root, proof));
                if (other != leaf)
                    Assert.False(MerkleTree.CheckInclusion(other, hash, size, root, proof));
                if (other != size)
                    Assert.False(MerkleTree.CheckInclusion(leaf, hash, size, tree.Root(other), proof));
            }

            Assert.False(MerkleTree.CheckInclusion(leaf, hash, size, root, [.. proof, root]));
            if (proof.Count > 0)
                Assert.False(MerkleTree.CheckInclusion(leaf, hash, size, root, [.. proof.Take(proof.Count - 1)]));
        }

        Assert.False(MerkleTree.CheckInclusion(-1, tree.Leaf(0), 1, tree.Root(1), []));
        Assert.False(MerkleTree.CheckInclusion(0, tree.Leaf(0), 0, MerkleTree.EmptyRoot, []));
    }

    [Fact]
    public void CheckConsistency_EveryPairOfTrees_Holds()
    {
        var tree = ReferenceTree.OfSize(Largest);
        for (var newSize = 0; newSize <= Largest; newSize++)
        {
            for (var oldSize = 0; oldSize <= newSize; oldSize++)
            {
                Assert.True(
                    MerkleTree.CheckConsistency(
                        oldSize,
                        tree.Root(oldSize),
                        newSize,
                        tree.Root(newSize),
                        MerkleTree.ProveConsistency(oldSize, newSize, tree.Root)
                    ),
                    $"{oldSize} in {newSize}"
                );
            }
        }
    }

    [Fact]
    public void CheckConsistency_AnyBitOfTheProofFlipped_Fails()
    {
        var tree = ReferenceTree.OfSize(Largest);
        foreach (var (oldSize, newSize) in Pairs().Where(p => p.Leaf > 0))
        {
            var proof = MerkleTree.ProveConsistency(oldSize, newSize, tree.Root);
            var (oldRoot, newRoot) = (tree.Root(oldSize), tree.Root(newSize));
            foreach (var wrong in EveryBitFlipped(proof))
                Assert.False(MerkleTree.CheckConsistency(oldSize, oldRoot, newSize, newRoot, wrong));
        }
    }

    [Fact]
    public void CheckConsistency_ForkOrRollback_Fails()
    {
        var (tree, fork) = (ReferenceTree.OfSize(Largest), ReferenceTree.OfSize(Largest, salt: 1));
        foreach (var (oldSize, newSize) in Pairs().Where(p => p.Leaf > 0))
        {
            var forked = MerkleTree.ProveConsistency(oldSize, newSize, fork.Root);
            Assert.False(MerkleTree.CheckConsistency(oldSize, tree.Root(oldSize), newSize, fork.Root(newSize), forked));
            Assert.False(
                MerkleTree.CheckConsistency(
                    newSize,
                    tree.Root(newSize),
                    oldSize,
                    tree.Root(oldSize),
                    MerkleTree.ProveConsistency(oldSize, newSize, tree.Root)
                )
            );
        }

        Assert.False(MerkleTree.CheckConsistency(5, tree.Root(5), 5, fork.Root(5), []));
    }

    [Fact]
    public void CheckConsistency_ProofWithOneHashMoreOrLess_Fails()
    {
        var tree = ReferenceTree.OfSize(Largest);
        foreach (var (oldSize, newSize) in Pairs().Where(p => p.Leaf > 0))
        {
            var proof = MerkleTree.ProveConsistency(oldSize, newSize, tree.Root);
            var (oldRoot, newRoot) = (tree.Root(oldSize), tree.Root(newSize));
            Assert.False(MerkleTree.CheckConsistency(oldSize, oldRoot, newSize, newRoot, [.. proof, newRoot]));
            Assert.False(MerkleTree.CheckConsistency(oldSize, oldRoot, newSize, newRoot, [.. proof.SkipLast(1)]));
        }
    }

    [Fact]
    public void CheckConsistency_OldTreeLargerThanTheNew_FailsForRootsThatFitTheProof()
    {
        // The steps of the check alone would lead from these hashes to these roots.
        var (a, b) = (MerkleTree.LeafHash([1]), MerkleTree.LeafHash([2]));
        Assert.False(MerkleTree.CheckConsistency(3, a, 2, MerkleTree.NodeHash(a, b), [a, b]));
    }

    [Fact]
    public void CheckConsistency_NegativeOldSize_FailsForRootsThatFitTheProof()
    {
        var (a, b, c, d) = (Leaf(1), Leaf(2), Leaf(3), Leaf(4));
        var oldRoot = MerkleTree.NodeHash(d, MerkleTree.NodeHash(c, a));
        var newRoot = MerkleTree.NodeHash(d, MerkleTree.NodeHash(c, MerkleTree.NodeHash(a, b)));
        Assert.False(MerkleTree.CheckConsistency(-1, oldRoot, 5, newRoot, [a, b, c, d]));

        static TreeHash Leaf(byte entry) => MerkleTree.LeafHash([entry]);
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    public void ProveInclusion_LeafThatIsNotInTheTree_Throws(long leaf, long size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.ProveInclusion(leaf, size, (_, _) => default));

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(4, 3)]
    public void ProveConsistency_SizesOfNoPairOfTrees_Throws(long oldSize, long newSize) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.ProveConsistency(oldSize, newSize, (_, _) => default));

    private static IEnumerable<(int Leaf, int Size)> Pairs()
    {
        for (var size = 1; size <= Largest; size++)
        {
            for (var leaf = 0; leaf < size; leaf++)
                yield return (leaf, size);
        }
    }

    private static IEnumerable<TreeHash[]> EveryBitFlipped(IReadOnlyList<TreeHash> proof)
    {
        for (var i = 0; i < proof.Count; i++)
        {
            for (var bit = 0; bit < TreeHash.Size * 8; bit++)
            {
                var bytes = proof[i].ToArray();
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                TreeHash[] wrong = [.. proof];
                wrong[i] = new TreeHash(bytes);
                yield return wrong;
            }
        }
    }
}
