using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Ledger;

public sealed class SignedNoteTests : IDisposable
{
    private const string Name = "exam-monitor/zz/agent-1";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Checkpoint _checkpoint = new(
        Name,
        7,
        MerkleTree.LeafHash([1, 2, 3]),
        new DateTimeOffset(2026, 3, 1, 8, 0, 0, 120, TimeSpan.Zero)
    );

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Parse_OfAFormattedNote_GivesTheSameAndItsSignatureHolds()
    {
        var source = SignedNote.Sign(_checkpoint.Format(), Name, _key).Format();
        Assert.True(SignedNote.TryParse(source, out var note));
        Assert.Equal(source, note.Format());
        Assert.True(note.IsSignedBy(Name, _key));
        Assert.True(Checkpoint.TryParse(note.Text, out var read));
        Assert.Equal(_checkpoint, read);
    }

    [Fact]
    public void IsSignedBy_AnotherKeyOrName_IsFalse()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var note = SignedNote.Sign(_checkpoint.Format(), Name, _key);
        Assert.False(note.IsSignedBy(Name, other));
        Assert.False(note.IsSignedBy("exam-monitor/zz/agent-2", _key));
        // A foreign signature that claims our key id.
        var forged = SignedNote.Sign(_checkpoint.Format(), Name, other);
        var dressed = forged with { Signatures = [forged.Signatures[0] with { KeyId = SignedNote.KeyId(Name, _key) }] };
        Assert.False(dressed.IsSignedBy(Name, _key));
    }

    [Fact]
    public void Note_AnyBitFlipped_DoesNotParseOrDoesNotVerify()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(SignedNote.Sign(_checkpoint.Format(), Name, _key).Format());
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var accepted =
                SignedNote.TryParse(System.Text.Encoding.UTF8.GetString(bytes), out var note)
                && note.IsSignedBy(Name, _key)
                && Checkpoint.TryParse(note.Text, out _);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(accepted, $"bit {bit}");
        }
    }

    [Fact]
    public void IsSignedBy_EitherKeyIdOfTheKey_HoldsAndOneWrongLineOfThemRefusesTheNote()
    {
        var note = SignedNote.Sign(_checkpoint.Format(), Name, _key);
        var standard = note.Signatures[0] with { KeyId = SignedNote.StandardKeyId(_key) };
        Assert.Equal(SHA256.HashData(_key.ExportSubjectPublicKeyInfo())[..4], standard.KeyId);
        Assert.True((note with { Signatures = [standard] }).IsSignedBy(Name, _key));
        Assert.True((note with { Signatures = [note.Signatures[0], standard] }).IsSignedBy(Name, _key));
        var wrong = standard with { Signature = SignedNote.Sign("other\n", Name, _key).Signatures[0].Signature };
        Assert.False((note with { Signatures = [note.Signatures[0], wrong] }).IsSignedBy(Name, _key));
        Assert.False((note with { Signatures = [wrong, note.Signatures[0]] }).IsSignedBy(Name, _key));
    }

    [Fact]
    public void TryParse_SixteenSignaturesOfFiveKilobytes_IsRead()
    {
        var large = new NoteSignature("example.com/pq", [1, 2, 3, 4], new byte[5000]);
        var note = SignedNote.Sign(_checkpoint.Format(), Name, _key);
        var source = (note with { Signatures = [.. note.Signatures, .. Enumerable.Repeat(large, 15)] }).Format();
        Assert.True(SignedNote.TryParse(source, out var read));
        Assert.Equal(16, read.Signatures.Count);
        Assert.True(read.IsSignedBy(Name, _key));
    }

    [Fact]
    public void InclusionFile_AnyBitFlipped_ProvesNothing()
    {
        const int leaf = 4;
        var tree = ReferenceTree.OfSize(7);
        var note = SignedNote.Sign((_checkpoint with { Root = tree.Root(7) }).Format(), Name, _key).Format();
        var bytes = System.Text.Encoding.UTF8.GetBytes(
            new InclusionFile(leaf, MerkleTree.ProveInclusion(leaf, 7, tree.Root), note).Format()
        );
        Assert.True(Proves(bytes));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Proves(bytes), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        bool Proves(byte[] source) =>
            InclusionFile.TryParse(System.Text.Encoding.UTF8.GetString(source), out var file)
            && SignedNote.TryParse(file.Note, out var signed)
            && signed.IsSignedBy(Name, _key)
            && Checkpoint.TryParse(signed.Text, out var head)
            && MerkleTree.CheckInclusion(file.Index, tree.Leaf(leaf), head.Size, head.Root, file.Proof);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("a\n")]
    [InlineData("a\n\n")]
    [InlineData("a\n\n— name AAAAAAA=")]
    [InlineData("a\n\n— name AAAA\n")]
    [InlineData("a\n\n— na me AAAAAAA=\n")]
    [InlineData("a\u0007\n\n— name AAAAAAA=\n")]
    [InlineData("\n\n— name AAAAAAA=\n")]
    public void TryParse_Malformed_IsFalse(string source) => Assert.False(SignedNote.TryParse(source, out _));

    [Theory]
    [InlineData("o\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n2026-03-01T08:00:00.000Z\n")]
    [InlineData("o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n2026-03-01T08:00:00.000Z\n")]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF=\n2026-03-01T08:00:00.000Z\n")]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n2026-03-01T08:00:00Z\n")]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n2026-03-01T08:00:00.000Z\nmore\n")]
    public void CheckpointTryParse_Malformed_IsFalse(string text) => Assert.False(Checkpoint.TryParse(text, out _));

    [Fact]
    public void Sign_TextWithoutEndOrNameWithSpace_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => SignedNote.Sign("no end", Name, _key));
        Assert.Throws<ArgumentException>(() => SignedNote.Sign("two\n\nparts\n", Name, _key));
        Assert.Throws<ArgumentException>(() => SignedNote.Sign("text\n", "a b", _key));
    }

    [Fact]
    public void TryParse_Nothing_IsFalse()
    {
        Assert.False(SignedNote.TryParse(null, out _));
        Assert.False(Checkpoint.TryParse(null, out _));
        Assert.False(Checkpoint.TryParse("", out _));
        Assert.False(Checkpoint.TryParse(_checkpoint.Format()[Name.Length..], out _));
        Assert.False(Checkpoint.TryParse(_checkpoint.Format() + "more", out _));
    }

    /// <summary>Longer ones are not read, whatever they hold: nobody fills memory with a note.</summary>
    [Fact]
    public void TryParse_LongestNote_IsReadAndALongerOneIsNot()
    {
        const string end = "\n\n— name AAAAAAA=\n";
        Assert.True(SignedNote.TryParse(new string('a', SignedNote.MaxLength - end.Length) + end, out _));
        Assert.False(SignedNote.TryParse(new string('a', SignedNote.MaxLength - end.Length + 1) + end, out _));
    }

    [Theory]
    [InlineData("— name AAAAAAA=", true)]
    [InlineData("— name AAAAAA==", false)]
    [InlineData("— name AAAAAAA= more", false)]
    [InlineData("— name", false)]
    [InlineData("—  AAAAAAA=", false)]
    [InlineData("— na+me AAAAAAA=", false)]
    [InlineData("- name AAAAAAA=", false)]
    public void Signature_Line_HasANameAndFiveBytes(string line, bool isOne) => Assert.Equal(isOne, NoteSignature.TryParse(line, out _));

    [Fact]
    public void Signature_LongestNameAndContent_IsReadAndNoLonger()
    {
        Assert.True(NoteSignature.TryParse($"— {new string('n', 256)} AAAAAAA=", out _));
        Assert.False(NoteSignature.TryParse($"— {new string('n', 257)} AAAAAAA=", out _));
        string Of(int bytes) => $"— name {Convert.ToBase64String(new byte[bytes])}";
        Assert.True(NoteSignature.TryParse(Of(8190), out _));
        Assert.False(NoteSignature.TryParse(Of(8193), out _));
        Assert.False(NoteSignature.TryParse(Of(20_000), out _));
    }

    [Fact]
    public void Sign_TextOfSeveralWords_IsRead()
    {
        var source = SignedNote.Sign("several words\nin two lines\n", Name, _key).Format();
        Assert.True(SignedNote.TryParse(source, out var note) && note.IsSignedBy(Name, _key));
        Assert.Equal("several words\nin two lines\n", note.Text);
        Assert.Throws<ArgumentException>(() => SignedNote.Sign("text\n", "", _key));
        Assert.Throws<ArgumentException>(() => SignedNote.Sign("text\n", "a+b", _key));
    }
}
