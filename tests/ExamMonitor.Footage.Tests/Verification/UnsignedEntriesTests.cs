using System.Text.Json.Nodes;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Recording.Care;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>
/// What stands behind the last signed head is claimed, and who could have forged the rest is the first thing that is said.
/// </summary>
public sealed class UnsignedEntriesTests
{
    [Fact]
    public void Entries_NotYetSignedThatSpeakOfNoFile_AreCountedAndNoFinding()
    {
        using var volume = new EvidenceVolume();
        using (var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin))
        {
            for (var i = 0; i < 3; i++)
                log.Append(
                    LedgerEntry.Format("clock-step", EvidenceVolume.Start.AddDays(203), null, null, new Dictionary<string, string>())
                );
        }

        var report = volume.Verify();
        Assert.Equal([], report.Findings);
        Assert.Equal(3, report.UncoveredEntries);
        Assert.Contains(
            "unproved   3 entries not yet signed: claimed, not proved.",
            VerificationText.ForPeople(report),
            StringComparison.Ordinal
        );
        Assert.Equal(3, JsonNode.Parse(VerificationText.ForPrograms(report))!["uncoveredEntries"]!.GetValue<long>());
    }

    [Fact]
    public void Segment_EnteredByAnAgentThatDiedBeforeItsHead_IsNotProvedAndNotCalledForged()
    {
        using var volume = new EvidenceVolume();
        Attack.AddAsTheAgentDoes(volume).Dispose();
        var report = volume.Verify();
        Assert.Equal(["FileUnproved"], report.Findings.Select(f => f.Kind.ToString()));
        Assert.True(report is { ContentIntact: true, ContentProved: false, SignatureHolds: true, OrderProved: true, LinesIntact: true });
        Assert.Contains("content    NOT PROVED", VerificationText.ForPeople(report), StringComparison.Ordinal);
        // The agent signs what it wrote itself; then the same volume is clean.
        using (var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin))
            log.Sign(EvidenceVolume.Start.AddDays(204));
        Assert.Equal([], volume.Verify().Findings);
    }

    [Fact]
    public void Destruction_UnsignedWhoseFileIsStillThere_ExcusesNothingAndIsNoFinding()
    {
        using var volume = new EvidenceVolume();
        var victim = volume.At($"{volume.Newest}/090100Z.mp4");
        var bytes = File.ReadAllBytes(victim);
        Attack.DeleteWithUnsignedLine(volume);
        File.WriteAllBytes(victim, bytes);
        Assert.Equal([], volume.Verify().Findings);
    }

    [Fact]
    public void Destruction_ThatDiedRightAfterItsSignedEntry_IsFinishedByTheAgentAndNoFinding()
    {
        using var volume = new EvidenceVolume();
        var (register, path) = (volume.At($"{volume.Gone}/destroyed.jsonl"), volume.At($"{volume.Gone}/091700Z.mp4"));
        EvidenceVolume.Write(register, volume.Lines(register).SkipLast(1));
        File.WriteAllText(path, "still there");
        Assert.Equal([], volume.Verify().Findings);
    }

    [Fact]
    public void Text_WithoutAHeadFromOutside_SaysFirstWhoCouldHaveForgedThis()
    {
        using var volume = new EvidenceVolume();
        var lines = VerificationText.ForPeople(volume.Verify()).Split('\n');
        Assert.StartsWith(
            "forgery    no head from outside: the holder of this machine's key could have rewritten everything.",
            lines[0],
            StringComparison.Ordinal
        );
        Assert.StartsWith("           没有来自外部的检查点：持有本机密钥的人可以改写全部内容。", lines[1], StringComparison.Ordinal);
        Assert.Null(JsonNode.Parse(VerificationText.ForPrograms(volume.Verify()))!["outside"]);
    }

    [Fact]
    public void Text_WithAHeadFromOutside_SaysUpToWhereItHoldsAndWhatIsLater()
    {
        using var volume = new EvidenceVolume();
        var known = volume.KnownHead;
        var head = Attack.Read(known);
        using (var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin))
        {
            log.Append(LedgerEntry.Format("clock-step", EvidenceVolume.Start.AddDays(203), null, null, new Dictionary<string, string>()));
            log.Sign(EvidenceVolume.Start.AddDays(203));
        }

        var report = volume.Verify(known);
        Assert.Equal(new OutsideHead(head.Size, head.Time, null), report.Outside);
        var lines = VerificationText.ForPeople(report).Split('\n');
        Assert.StartsWith(
            $"forgery    up to entry {head.Size - 1} nobody can have rewritten anything, not even with this machine's key, since the head of",
            lines[0],
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "           1 later entries: the holder of this machine's key could have rewritten them.",
            lines[2],
            StringComparison.Ordinal
        );
        var json = JsonNode.Parse(VerificationText.ForPrograms(report))!["outside"]!;
        Assert.Equal((head.Size, 1L), (json["size"]!.GetValue<long>(), json["later"]!.GetValue<long>()));
        // A head that does not hold vouches for nothing.
        Attack.Truncate(volume);
        Assert.Null(volume.Verify(known).Outside);
    }

    [Fact]
    public void Agent_ThatWorksAndSignsMeanwhile_IsWaitedForAndClean()
    {
        using var volume = new EvidenceVolume();
        using var log = Attack.AddAsTheAgentDoes(volume);
        using (new FileStream(volume.At("agent.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            // The head comes while the segments are read.
            var signed = false;
            using var key = VerificationFiles.ReadKey(new(Path.Combine(volume.Root, "public.pem")));
            var progress = new Told(() =>
            {
                if (signed)
                    return;
                signed = true;
                log.Sign(EvidenceVolume.Start.AddDays(204));
            });
            Assert.Equal(
                [],
                ArchiveVerifier
                    .Run(volume.Volume, new(key, EvidenceVolume.Origin), progress, TestContext.Current.CancellationToken)
                    .Findings
            );
        }
    }

    [Fact]
    public void Fsck_AtEachDepth_SaysWhatItHasNotLookedAt()
    {
        using var volume = new EvidenceVolume();
        Assert.Contains("contents of the segments (--depth hash)", volume.Fsck(FsckDepth.Size).NotLookedAt.En, StringComparison.Ordinal);
        Assert.Contains("registers of destructions (verify)", volume.Fsck(FsckDepth.Hash).NotLookedAt.En, StringComparison.Ordinal);
        Assert.Contains("sizes and contents", volume.Fsck(FsckDepth.Presence).NotLookedAt.En, StringComparison.Ordinal);
        Assert.StartsWith("未检查：", volume.Fsck(FsckDepth.Size).NotLookedAt.Zh, StringComparison.Ordinal);
    }

    private sealed class Told(Action act) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => act();
    }
}
