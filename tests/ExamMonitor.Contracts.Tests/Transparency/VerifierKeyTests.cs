using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Transparency;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Transparency;

public sealed class VerifierKeyTests
{
    // The examples of c2sp.org/signed-note, "Verifier keys".
    private const string Example = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private const string ExampleNote =
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    [Fact]
    public void Check_ExampleOfTheSpecification_Holds()
    {
        Assert.True(VerifierKey.TryParse(Example, out var key));
        Assert.Equal(Example, key.ToString());
        Assert.True(SignedNote.TryParse(ExampleNote, out var note));
        Assert.Equal(SignatureStanding.Holds, key.Check(note));
    }

    [Fact]
    public void Check_AnyBitOfANoteFlipped_DoesNotHold()
    {
        using var signer = NoteSigner.Import("example.com/log", NoteSigner.CreatePem());
        EveryFlip(Note(signer.Sign), signer.LogKey);
    }

    [Fact]
    public void Check_AnyBitOfACosignatureFlipped_DoesNotHold()
    {
        using var signer = NoteSigner.Import("example.com/witness", NoteSigner.CreatePem());
        var at = DateTimeOffset.FromUnixTimeSeconds(1_679_315_147);
        var note = Note(text => signer.Cosign(text, at));
        Assert.True(SignedNote.TryParse(note, out var read));
        Assert.Equal(SignatureStanding.Holds, signer.WitnessKey.Check(read, out var time));
        Assert.Equal(at, time);
        EveryFlip(note, signer.WitnessKey);
    }

    [Fact]
    public void TryParse_AnyBitOfAKeyFlipped_IsAnotherKeyOrNone()
    {
        var bytes = Encoding.UTF8.GetBytes(Example);
        Assert.True(SignedNote.TryParse(ExampleNote, out var note));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(
                VerifierKey.TryParse(Encoding.UTF8.GetString(bytes), out var key) && key.Check(note) == SignatureStanding.Holds,
                $"bit {bit}"
            );
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Check_ALogsSignature_IsNoCosignatureOfTheSameKey()
    {
        using var signer = NoteSigner.Import("example.com/both", NoteSigner.CreatePem());
        Assert.True(SignedNote.TryParse(Note(signer.Sign), out var note));
        Assert.Equal(SignatureStanding.Absent, signer.WitnessKey.Check(note));
        // The same bytes under the other kind's key id.
        var dressed = note with
        {
            Signatures = [note.Signatures[0] with { KeyId = signer.WitnessKey.KeyId }],
        };
        Assert.Equal(SignatureStanding.Fails, signer.WitnessKey.Check(dressed));
    }

    [Fact]
    public void Check_ARightLineAndAWrongOneOfTheSameKey_Fails()
    {
        using var signer = NoteSigner.Import("example.com/log", NoteSigner.CreatePem());
        Assert.True(SignedNote.TryParse(Note(signer.Sign), out var note));
        var wrong = note.Signatures[0] with { Signature = new byte[64] };
        Assert.Equal(SignatureStanding.Fails, signer.LogKey.Check(note with { Signatures = [note.Signatures[0], wrong] }));
        Assert.Equal(SignatureStanding.Fails, signer.LogKey.Check(note with { Signatures = [wrong, note.Signatures[0]] }));
    }

    [Fact]
    public void Check_TwoCosignaturesOfOneWitness_GivesTheEarlierTime()
    {
        using var signer = NoteSigner.Import("example.com/witness", NoteSigner.CreatePem());
        var (first, second) = (DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), DateTimeOffset.FromUnixTimeSeconds(1_700_000_060));
        Assert.True(SignedNote.TryParse(Note(text => signer.Cosign(text, second)), out var note));
        var both = note with { Signatures = [.. note.Signatures, signer.Cosign(note.Text, first)] };
        Assert.Equal(SignatureStanding.Holds, signer.WitnessKey.Check(both, out var time));
        Assert.Equal(first, time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("exam ple+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    public void TryParse_Malformed_IsFalse(string text) => Assert.False(VerifierKey.TryParse(text, out _));

    [Fact]
    public void Import_SomethingElse_IsRefused() =>
        Assert.Throws<FormatException>(() => NoteSigner.Import("name", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));

    private static string Note(Func<string, NoteSignature> sign)
    {
        const string text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        return new SignedNote(text, [sign(text)]).Format();
    }

    private static void EveryFlip(string source, VerifierKey key)
    {
        var bytes = Encoding.UTF8.GetBytes(source);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var holds = SignedNote.TryParse(Encoding.UTF8.GetString(bytes), out var note) && key.Check(note) == SignatureStanding.Holds;
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(holds, $"bit {bit}");
        }
    }
}
