using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Tests.Ledger;
using ExamMonitor.Transparency;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Transparency;

public sealed class AddCheckpointTests : IDisposable
{
    private const string Origin = "example.com/log";
    private readonly NoteSigner _log = NoteSigner.Import(Origin, NoteSigner.CreatePem());
    private readonly ReferenceTree _tree = ReferenceTree.OfSize(20);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void TryParse_ExampleOfTheSpecification_GivesTheSame()
    {
        const string body =
            "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
            + "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
            + "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
            + "— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";
        Assert.True(AddCheckpointRequest.TryParse(body, out var request));
        Assert.Equal((20852014, 4, 2), (request.OldSize, request.Proof.Count, request.Note.Signatures.Count));
        Assert.Equal(body, request.Format());
        Assert.True(TreeHead.TryParse(request.Note.Text, out var head));
        Assert.Equal(20852163, head.Size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("old 1\n")]
    [InlineData("old 01\n\no\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— o AAAAAAA=\n")]
    [InlineData("old -1\n\no\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— o AAAAAAA=\n")]
    [InlineData("old  1\n\no\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— o AAAAAAA=\n")]
    [InlineData("old 1\r\n\no\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— o AAAAAAA=\n")]
    [InlineData("old 1\nnot base64\n\no\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— o AAAAAAA=\n")]
    [InlineData("old 99999999999999999999\n\no\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— o AAAAAAA=\n")]
    [InlineData("\n\no\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— o AAAAAAA=\n")]
    public void TryParse_Malformed_IsFalse(string body) => Assert.False(AddCheckpointRequest.TryParse(body, out _));

    [Fact]
    public void TryParse_SixtyFourHashes_IsFalse()
    {
        var request = Request(0, 5, proof: [.. Enumerable.Repeat(MerkleTree.EmptyRoot, 63)]);
        Assert.True(AddCheckpointRequest.TryParse(request.Format(), out _));
        Assert.False(AddCheckpointRequest.TryParse((request with { Proof = [.. request.Proof, MerkleTree.EmptyRoot] }).Format(), out _));
    }

    [Fact]
    public void Judge_EveryGrowth_IsCosigned()
    {
        for (var old = 0; old <= 20; old++)
        {
            for (var size = old; size <= 20; size++)
                Assert.Equal(AddCheckpointAnswer.Cosign, Judge(Request(old, size), old == 0 ? null : Head(old)));
        }
    }

    [Fact]
    public void Judge_AnyBitOfTheRequestFlipped_IsNotCosigned()
    {
        var bytes = Encoding.UTF8.GetBytes(Request(7, 20).Format());
        Assert.Equal(AddCheckpointAnswer.Cosign, Judge(Encoding.UTF8.GetString(bytes)));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(AddCheckpointAnswer.Cosign, Judge(Encoding.UTF8.GetString(bytes)));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        AddCheckpointAnswer Judge(string body) =>
            AddCheckpointRequest.TryParse(body, out var request) ? this.Judge(request, Head(7)) : AddCheckpointAnswer.Malformed;
    }

    [Fact]
    public void Judge_Attacks_HaveTheAnswersOfTheSpecification()
    {
        var fork = ReferenceTree.OfSize(20, salt: 1);
        using var stranger = NoteSigner.Import(Origin, NoteSigner.CreatePem());
        var request = Request(7, 20);
        var unsigned = request with { Note = new(request.Note.Text, [stranger.Sign(request.Note.Text)]) };
        var dressed = request with
        {
            Note = new(
                request.Note.Text,
                [request.Note.Signatures[0], stranger.Sign(request.Note.Text) with { KeyId = _log.LogKey.KeyId }]
            ),
        };
        var foreign = Note("o\n20\n" + _tree.Root(20).ToBase64() + "\n");
        var head = Head(7);
        Assert.Equal(AddCheckpointAnswer.UnknownLog, AddCheckpointRules.Judge(request, head, null, out _));
        Assert.Equal(AddCheckpointAnswer.NotSigned, Judge(unsigned, head));
        Assert.Equal(AddCheckpointAnswer.NotSigned, Judge(dressed, head));
        Assert.Equal(AddCheckpointAnswer.Malformed, Judge(Request(7, 20) with { OldSize = 21 }, head));
        Assert.Equal(AddCheckpointAnswer.OtherSize, Judge(Request(5, 20), head));
        Assert.Equal(AddCheckpointAnswer.OtherSize, Judge(Request(0, 5), head));
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Judge(Request(7, 20, tree: fork), head));
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Judge(Request(7, 7, tree: fork), head));
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Judge(Request(7, 20, proof: []), head));
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Judge(Request(7, 7, proof: [MerkleTree.EmptyRoot]), head));
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Judge(Request(0, 7, proof: [MerkleTree.EmptyRoot]), null));
        Assert.Equal(AddCheckpointAnswer.NotConsistent, Judge(new(0, [], Note($"{Origin}\n0\n{_tree.Root(3).ToBase64()}\n")), null));
        Assert.Equal(AddCheckpointAnswer.Cosign, Judge(new(0, [], Note($"{Origin}\n0\n{MerkleTree.EmptyRoot.ToBase64()}\n")), null));
        Assert.Equal(AddCheckpointAnswer.Malformed, Judge(new(0, [], Note("no checkpoint\n")), null));
        Assert.Equal(AddCheckpointAnswer.UnknownLog, AddCheckpointRules.Judge(new(0, [], foreign), null, null, out _));
    }

    [Theory]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", true)]
    [InlineData("o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nan extension\nand another\n", true)]
    [InlineData("o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("o\n\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n", false)]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", false)]
    [InlineData("o\n1\n", false)]
    public void TreeHead_TryParse_IsAsTheSpecificationSays(string text, bool expected) =>
        Assert.Equal(expected, TreeHead.TryParse(text, out _));

    private TreeHead Head(int size) => new(Origin, size, _tree.Root(size));

    private SignedNote Note(string text) => new(text, [_log.Sign(text)]);

    private AddCheckpointRequest Request(int old, int size, ReferenceTree? tree = null, IReadOnlyList<TreeHash>? proof = null) =>
        new(
            old,
            proof ?? MerkleTree.ProveConsistency(old, size, (tree ?? _tree).Root),
            Note($"{Origin}\n{size}\n{(tree ?? _tree).Root(size).ToBase64()}\n")
        );

    private AddCheckpointAnswer Judge(AddCheckpointRequest request, TreeHead? latest) =>
        AddCheckpointRules.Judge(request, latest, n => _log.LogKey.Check(n) == SignatureStanding.Holds, out _);
}
