using System.Diagnostics;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>A volume made to hold the verifier up: it ends, follows nothing, and says what it did not read.</summary>
public sealed class HostileFilesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("2026/09-20/R1/C1/090100Z.mp4")]
    [InlineData("2026/09-20/R1/C1/day.jsonl")]
    [InlineData("2026/03-02/R1/C1/destroyed.jsonl")]
    [InlineData("ledger/checkpoint")]
    [InlineData("ledger/hashes.bin")]
    [InlineData("ledger/checkpoints/2026-09-20.txt")]
    [InlineData("ledger/entries/000000000000.jsonl")]
    [InlineData("ledger/anchors/1.tsr")]
    [InlineData("ledger/cosigned/2026-09-20.txt")]
    [InlineData("retention/rules.jsonl")]
    [InlineData("retention/clock.note")]
    [InlineData("schedule/sessions.jsonl")]
    [InlineData("batches/2026/B1/sessions.jsonl")]
    [InlineData("agent.lock")]
    public async Task File_ThatIsAPipeOrALinkToADevice_IsFoundAndNotRead(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        using var volume = new EvidenceVolume();
        var file = volume.At(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Delete(file);
        using (var mkfifo = Process.Start("mkfifo", [file]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains((await Verify(volume)).Findings, f => f.Kind == FindingKind.NotAFile && f.Subject == path);
        File.Delete(file);
        File.CreateSymbolicLink(file, "/dev/zero");
        Assert.Contains((await Verify(volume)).Findings, f => f.Kind == FindingKind.NotAFile && f.Subject == path);
    }

    /// <summary>The agent's start does not wait for a pipe: it says in a sentence what lies there, and where.</summary>
    [Theory]
    [InlineData("checkpoint")]
    [InlineData("hashes.bin")]
    [InlineData("checkpoints/2026-09-20.txt")]
    [InlineData("entries/000000000000.jsonl")]
    public async Task LedgerFile_ThatIsAPipeOrALink_IsRefusedByTheAgentInASentence(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        using var volume = new EvidenceVolume();
        var file = Path.Combine(volume.Ledger, name);
        foreach (var link in new[] { null, "/dev/zero" })
        {
            await PutAsync(file, link);
            var refused = await Assert.ThrowsAsync<LedgerException>(() =>
                Task.Run(() => LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin).Dispose())
                    .WaitAsync(TimeSpan.FromSeconds(20))
            );
            Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task File_OfTheVolumeThatIsAPipeOrALink_IsNeitherReadNorWritten()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        using var volume = new EvidenceVolume();
        var disk = new DiskVolume(volume.Volume);
        foreach (var link in new[] { null, "/dev/zero", volume.At("retention/holds.jsonl") })
        {
            await PutAsync(volume.At("retention/rules.jsonl"), link);
            foreach (
                Action open in new[]
                {
                    () => disk.OpenRead("retention/rules.jsonl")?.Dispose(),
                    () => disk.OpenAppend("retention/rules.jsonl").Dispose(),
                }
            )
            {
                var refused = await Assert.ThrowsAsync<IOException>(() => Task.Run(open).WaitAsync(TimeSpan.FromSeconds(20)));
                Assert.Contains("retention/rules.jsonl is a link, a pipe or a device", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>A pipe in the place of a file; a link where its end is given.</summary>
    private static async Task PutAsync(string file, string? link)
    {
        File.Delete(file);
        if (link is not null)
            File.CreateSymbolicLink(file, link);
        else
        {
            using var mkfifo = Process.Start("mkfifo", [file]);
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Segment_ThatIsALinkToItsOwnBytes_IsNotFollowed()
    {
        using var volume = new EvidenceVolume();
        var file = volume.At($"{volume.Newest}/090100Z.mp4");
        var elsewhere = Path.Combine(volume.Root, "elsewhere.mp4");
        File.Move(file, elsewhere);
        File.CreateSymbolicLink(file, elsewhere);
        Assert.Equal(
            ["FileMissing", "NotAFile"],
            (await Verify(volume)).Findings.Select(f => f.Kind.ToString()).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("2026/09-20/R1/C1")]
    [InlineData("2026/09-20")]
    [InlineData("2026")]
    [InlineData("retention")]
    [InlineData("batches")]
    [InlineData("ledger/entries")]
    [InlineData("ledger/checkpoints")]
    public async Task Folder_ThatIsALink_IsNotFollowed(string path)
    {
        using var volume = new EvidenceVolume();
        var elsewhere = Path.Combine(volume.Root, "elsewhere");
        Directory.Move(volume.At(path), elsewhere);
        Directory.CreateSymbolicLink(volume.At(path), elsewhere);
        var report = await Verify(volume);
        Assert.Contains(report.Findings, f => f.Kind == FindingKind.NotAFile && f.Subject == path);
        Assert.Contains(report.Findings, f => f.Kind != FindingKind.NotAFile);
    }

    [Theory]
    [InlineData("2026/09-20/R1/C1/a")]
    [InlineData("batches/a")]
    [InlineData("a")]
    public async Task Loop_OfLinks_IsOneFinding(string path)
    {
        using var volume = new EvidenceVolume();
        Directory.CreateSymbolicLink(volume.At(path), ".");
        var finding = Assert.Single((await Verify(volume)).Findings);
        Assert.Equal((FindingKind.NotAFile, path), (finding.Kind, finding.Subject));
    }

    [Fact]
    public void LedgerFolder_ThatIsALink_IsRefused()
    {
        using var volume = new EvidenceVolume();
        var elsewhere = Path.Combine(volume.Root, "elsewhere");
        Directory.Move(volume.Ledger, elsewhere);
        Directory.CreateSymbolicLink(volume.Ledger, elsewhere);
        Assert.Contains("link", Assert.Throws<FootageException>(() => volume.Verify()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heads_OfGibibytes_AreNotRead()
    {
        using var volume = new EvidenceVolume();
        using (var file = new FileStream(Path.Combine(volume.Ledger, "checkpoints", "2026-09-19.txt"), FileMode.Create))
            file.SetLength(5L << 30);
        Assert.Equal(["HeadUnreadable"], (await Verify(volume)).Findings.Select(f => f.Kind.ToString()));
    }

    [Fact]
    public async Task Heads_OfEmptyLinesAlone_ListAHundredAndCountTheRest()
    {
        using var volume = new EvidenceVolume();
        await File.WriteAllTextAsync(
            Path.Combine(volume.Ledger, "checkpoints", "2026-09-19.txt"),
            new string('\n', 6_000_000),
            TestContext.Current.CancellationToken
        );
        var findings = (await Verify(volume)).Findings;
        Assert.Equal(FindingLog.MostOfAKind + 1, findings.Count);
        Assert.All(findings, f => Assert.Equal(FindingKind.HeadUnreadable, f.Kind));
    }

    [Fact]
    public async Task Segment_OfGibibytes_IsNotHashed()
    {
        using var volume = new EvidenceVolume();
        using (var file = new FileStream(volume.At($"{volume.Newest}/090100Z.mp4"), FileMode.Open))
            file.SetLength(1L << 40);
        Assert.Equal(["SizeChanged"], (await Verify(volume)).Findings.Select(f => f.Kind.ToString()));
    }

    [Fact]
    public async Task Entries_WithAMillionEmptyLines_ListAHundredAndCountTheRest()
    {
        using var volume = new EvidenceVolume();
        await File.AppendAllTextAsync(volume.EntriesFile, new string('\n', 1_000_000), TestContext.Current.CancellationToken);
        var findings = (await Verify(volume)).Findings;
        Assert.Equal(FindingLog.MostOfAKind + 1, findings.Count);
        Assert.Equal("999900 more of this kind are not listed.", findings[^1].Text);
    }

    [Fact]
    public async Task Entries_WithALineOfFortyMegabytes_EndThere()
    {
        using var volume = new EvidenceVolume();
        await File.AppendAllTextAsync(volume.EntriesFile, new string('x', 40_000_000) + "\n", TestContext.Current.CancellationToken);
        Assert.Equal(["EntryUnreadable"], (await Verify(volume)).Findings.Select(f => f.Kind.ToString()));
    }

    [Fact]
    public async Task Rules_OfEmptyLinesAlone_AreChangedAndBounded()
    {
        using var volume = new EvidenceVolume();
        await File.WriteAllTextAsync(
            volume.At("retention/rules.jsonl"),
            new string('\n', 2_000_000),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(["RulesChanged"], (await Verify(volume)).Findings.Select(f => f.Kind.ToString()));
    }

    private static Task<VerificationReport> Verify(EvidenceVolume volume) => Task.Run(() => volume.Verify()).WaitAsync(Patience);
}
