using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary><c>exam-monitor-verify segment</c>: three answers, each with a way to make it alone fail.</summary>
public sealed class SegmentFilesTests : IDisposable
{
    private readonly EvidenceVolume _volume = new();

    public SegmentFilesTests()
    {
        using var log = LedgerLog.Open(_volume.Ledger, _volume.KeyPath, EvidenceVolume.Origin);
        var number = _volume.Lines(_volume.EntriesFile).FindIndex(l => l.Contains("090100Z.mp4\",\"start\"", StringComparison.Ordinal));
        var head = Attack.Read(log.CheckpointNote!);
        File.WriteAllBytes(At("entry.json"), [.. log.Read(number), (byte)'\n']);
        File.WriteAllText(
            At("inclusion.txt"),
            new InclusionFile(number, log.ProveInclusion(number, head.Size), log.CheckpointNote!).Format()
        );
        File.Copy(_volume.At($"{_volume.Newest}/090100Z.mp4"), At("segment.mp4"));
    }

    public void Dispose() => _volume.Dispose();

    [Fact]
    public void Set_AsItWasHandedOver_HoldsInAllThree()
    {
        var (code, text, errors) = Run();
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("content    intact", text, StringComparison.Ordinal);
        Assert.Contains($"signature  holds: {EvidenceVolume.Origin}, 2026-09-2", text, StringComparison.Ordinal);
        Assert.Contains("inclusion  proved: entry ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("segment.mp4", "content    CHANGED", "signature  holds", "inclusion  proved")]
    [InlineData("entry.json", "content    ", "signature  holds", "inclusion  NOT PROVED")]
    public void File_OneBitFlippedAnywhere_FailsItsAnswer(string file, params string[] answers)
    {
        var whole = File.ReadAllBytes(At(file));
        // The line feed behind an entry is no part of it.
        for (var at = 0; at < whole.Length - 1; at += 7)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 1;
            File.WriteAllBytes(At(file), bytes);
            var (code, text, _) = Run();
            Assert.Equal(1, code);
            Assert.All(answers, a => Assert.Contains(a, text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Inclusion_OneBitFlippedInWhatTheKeyVouchesFor_IsRefused()
    {
        var whole = File.ReadAllBytes(At("inclusion.txt"));
        // Proof and head. A signature line that does not hold is passed over as long as another of this key holds; those of other keys are
        // not for this one.
        var end = whole.AsSpan().IndexOf("\n\n— "u8);
        for (var at = 0; at < whole.Length; at += 3)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 1;
            File.WriteAllBytes(At("inclusion.txt"), bytes);
            var code = Run().Code;
            if (at < end)
                Assert.Equal(1, code);
            else
                Assert.InRange(code, 0, 1);
        }
    }

    [Fact]
    public void Key_OfAnotherAgent_FailsTheSignatureAlone()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(_volume.Root, "public.pem"), other.ExportSubjectPublicKeyInfoPem());
        var (code, text, _) = Run();
        Assert.Equal(1, code);
        Assert.Contains("content    intact", text, StringComparison.Ordinal);
        Assert.Contains("signature  DOES NOT HOLD", text, StringComparison.Ordinal);
        Assert.Contains("inclusion  proved", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("segment.mp4")]
    [InlineData("entry.json")]
    [InlineData("inclusion.txt")]
    [InlineData("public.pem")]
    public void File_Missing_CouldNotBeCheckedAndSaysWhich(string file)
    {
        File.Delete(At(file));
        var (code, text, errors) = Run();
        Assert.Equal((2, ""), (code, text));
        Assert.Contains(file, errors, StringComparison.Ordinal);
    }

    private string At(string file) => Path.Combine(_volume.Root, file);

    private (int Code, string Output, string Errors) Run()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = new SegmentFiles(new(At("segment.mp4")), new(At("entry.json")), new(At("inclusion.txt")), new(At("public.pem"))).Run(
            output,
            errors
        );
        return (code, output.ToString(), errors.ToString());
    }
}
