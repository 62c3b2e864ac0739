using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Verification;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>A head that was typed from a record sheet, against a volume.</summary>
public sealed class TypedHeadTests : IDisposable
{
    private readonly EvidenceVolume _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public void Head_TypedFromPaper_SaysSinceWhenNobodyCanHaveChangedAnything()
    {
        var head = Head();
        var (code, without, _) = Verify();
        Assert.Equal(0, code);
        Assert.Contains("no head from outside", without, StringComparison.Ordinal);
        foreach (
            var typed in new[]
            {
                ShortHead.Format(head.Size, head.Root),
                ShortHead.Format(head.Size, head.Root).ToLowerInvariant().Replace('-', ' '),
                Note(),
            }
        )
        {
            (code, var with, var errors) = Verify(typed);
            Assert.True(code == 0, with + errors);
            Assert.DoesNotContain("no head from outside", with, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Head_TypedOfAnotherHistory_IsFound()
    {
        var head = Head();
        var (code, output, _) = Verify(ShortHead.Format(head.Size, MerkleTree.EmptyRoot));
        Assert.Equal(1, code);
        Assert.Contains("another history than the paper's", output, StringComparison.Ordinal);
        (code, output, _) = Verify(ShortHead.Format(head.Size + 1000, head.Root));
        Assert.Equal(1, code);
        Assert.Contains("No signed head of this volume does", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Head_Mistyped_IsAnsweredWithTheGroupThatIsWrong()
    {
        var head = Head();
        var groups = ShortHead.Format(head.Size, head.Root).Split(' ')[1].Split('-');
        groups[6] = (groups[6][0] == '7' ? '8' : '7') + groups[6][1..];
        var (code, _, errors) = Verify($"{head.Size} {string.Join('-', groups)}");
        Assert.Equal(2, code);
        Assert.Contains($"Group 7 ({groups[6]}) is wrong", errors, StringComparison.Ordinal);
        Assert.Contains("第 7 组", errors, StringComparison.Ordinal);
        Assert.Equal(2, Verify("no head").Code);
    }

    private string Note() => File.ReadAllText(Path.Combine(_volume.Ledger, "checkpoint"));

    private Checkpoint Head() =>
        SignedNote.TryParse(Note(), out var note) && Checkpoint.TryParse(note.Text, out var head) ? head : throw new InvalidDataException();

    private (int Code, string Output, string Errors) Verify(params string[] heads)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var earlier = _volume
            .EarlierKeys.Select(
                (pem, i) =>
                {
                    var path = Path.Combine(_volume.Root, $"earlier-{i}.pem");
                    File.WriteAllText(path, pem);
                    return new FileInfo(path);
                }
            )
            .ToList();
        var files = new VerificationFiles(
            new(_volume.Volume),
            new(Path.Combine(_volume.Root, "public.pem")),
            EvidenceVolume.Origin,
            null,
            heads,
            Json: false
        )
        {
            EarlierKeys = earlier,
            Time = new FakeTimeProvider(_volume.Now),
        };
        return (
            files.Run(output, errors, showProgress: false, TestContext.Current.CancellationToken),
            output.ToString(),
            errors.ToString()
        );
    }
}
