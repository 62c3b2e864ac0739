using ExamMonitor.Contracts.Ledger;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Ledger;

public sealed class TreeHashTests
{
    private const string Empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void Hash_OfAnotherNumberOfBytes_IsRefused(int bytes) => Assert.Throws<ArgumentException>(() => new TreeHash(new byte[bytes]));

    [Theory]
    [InlineData(Empty, true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    // 33 bytes, 44 characters.
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA", false)]
    // The same bytes in another spelling.
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=", false)]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF$=", false)]
    public void TryParseBase64_OnlyTheOneSpelling_IsRead(string? text, bool isOne)
    {
        Assert.Equal(isOne, TreeHash.TryParseBase64(text, out var hash));
        Assert.True(!isOne || hash == MerkleTree.EmptyRoot);
    }

    [Fact]
    public void Equals_AnyByteOther_IsFalse()
    {
        for (var i = 0; i < TreeHash.Size; i++)
        {
            var bytes = MerkleTree.EmptyRoot.ToArray();
            bytes[i] ^= 1;
            TreeHash other = new(bytes);
            Assert.True(other != MerkleTree.EmptyRoot && !other.Equals((object)MerkleTree.EmptyRoot));
        }

        Assert.False(MerkleTree.EmptyRoot.Equals(Empty));
        Assert.True(MerkleTree.EmptyRoot.Equals((object)new TreeHash(MerkleTree.EmptyRoot.ToArray())));
    }
}
