using ExamMonitor.Contracts.Ledger;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Ledger;

public sealed class InclusionFileTests
{
    private static readonly string Hash = MerkleTree.EmptyRoot.ToBase64();

    private static string Of(int hashes, string note = "note\n") =>
        InclusionFile.FormatName + "\nindex 7\n" + string.Concat(Enumerable.Repeat(Hash + "\n", hashes)) + "\n" + note;

    /// <summary>A tree of 2⁶³ leaves, the largest that a number holds, has paths of 63 hashes.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void TryParse_Proof_HasAtMostSixtyThreeHashes(int hashes, bool isOne)
    {
        Assert.Equal(isOne, InclusionFile.TryParse(Of(hashes), out var file));
        Assert.True(!isOne || (file!.Index, file.Proof.Count, file.Note) == (7, hashes, "note\n"));
    }

    public static TheoryData<string> Malformed { get; } =
    [
        "",
        "\n\n",
        InclusionFile.FormatName,
        InclusionFile.FormatName + "\n\nnote\n",
        InclusionFile.FormatName + "\nindex 7",
        Of(1).Replace("/1\n", "/2\n", StringComparison.Ordinal),
        Of(1).Replace("index 7", "place 7", StringComparison.Ordinal),
        Of(1).Replace("index 7", "index -7", StringComparison.Ordinal),
        Of(1).Replace("index 7", "index 07", StringComparison.Ordinal),
        Of(1).Replace("index 7", "index ", StringComparison.Ordinal),
        Of(1).Replace(Hash, Hash[1..], StringComparison.Ordinal),
        Of(1).Replace("=\n", "\n", StringComparison.Ordinal),
    ];

    [Theory]
    [InlineData(null)]
    [MemberData(nameof(Malformed))]
    public void TryParse_Malformed_IsFalse(string? source) => Assert.False(InclusionFile.TryParse(source, out _));

    /// <summary>The longest note with the longest proof is read; nobody fills memory with a longer one.</summary>
    [Fact]
    public void TryParse_LongestNote_IsReadAndNoneThatIsMuchLonger()
    {
        Assert.True(InclusionFile.TryParse(Of(63, new string('n', SignedNote.MaxLength)), out _));
        Assert.False(InclusionFile.TryParse(Of(63, new string('n', SignedNote.MaxLength + 64)), out _));
    }
}
