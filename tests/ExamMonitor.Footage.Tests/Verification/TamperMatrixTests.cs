using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>Each way of tampering has a finding of its own; a clean archive has none.</summary>
public sealed class TamperMatrixTests : IDisposable
{
    private const string Origin = "exam-monitor/zz/agent-1";
    private const int Segments = 6;
    private const string Folder = "2026/03-01/R7/C1";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly string _root = Directory.CreateTempSubdirectory("tamper-").FullName;
    private readonly ManualTimeProvider _time = new(Noon);

    public TamperMatrixTests()
    {
        using var log = LedgerLog.Open(LedgerFolder, KeyPath, Origin);
        Fill(log);
        File.WriteAllText(Path.Combine(_root, "public.pem"), log.ExportPublicKey());
    }

    private string Volume => Path.Combine(_root, "volume");

    private string LedgerFolder => Path.Combine(Volume, "ledger");

    private string KeyPath => Path.Combine(_root, "ledger.key");

    private string Heads => Directory.GetFiles(Path.Combine(LedgerFolder, "checkpoints")).Single();

    private string Entries => Directory.GetFiles(Path.Combine(LedgerFolder, "entries")).Single();

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void CleanArchive_NoFinding()
    {
        var report = Verify();
        Assert.Empty(report.Findings);
        Assert.True(report.ContentIntact && report.OrderProved && report.SignatureHolds);
        Assert.Equal((Segments, Segments + 1L, 4, 0L), (report.Segments, report.Entries, report.Heads, report.UncoveredEntries));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(60, 0)]
    [InlineData(150, 0)]
    [InlineData(60, 512)]
    public void PowerCut_ThatToreTheDaysHeads_NoFinding(int cut, int zeros)
    {
        using (var file = new FileStream(Heads, FileMode.Open))
            file.SetLength(file.Length - cut + zeros);
        if (zeros > 0)
        {
            var bytes = File.ReadAllBytes(Heads);
            bytes.AsSpan()[^(zeros + 10)..].Clear();
            File.WriteAllBytes(Heads, bytes);
        }

        Assert.Empty(Verify().Findings);
        // The next start signs on.
        using (var log = LedgerLog.Open(LedgerFolder, KeyPath, Origin))
        {
            _ = log.Append(LedgerEntry.Format("clock-step", Noon, null, null, new Dictionary<string, string>()));
            _ = log.Sign(Noon.AddHours(1));
            _ = log.Append(LedgerEntry.Format("clock-step", Noon, null, null, new Dictionary<string, string>()));
            _ = log.Sign(Noon.AddHours(2));
        }

        var report = Verify();
        Assert.Empty(report.Findings);
        // The head that was torn stands in the file of the newest as long as none is newer.
        Assert.Equal(4 + 2 - 1, report.Heads);
    }

    [Fact]
    public void OneBitFlipped_ContentChanged()
    {
        var path = PathOf(2);
        var bytes = File.ReadAllBytes(path);
        bytes[100] ^= 1;
        File.WriteAllBytes(path, bytes);
        AssertOnly(FindingKind.ContentChanged);
    }

    [Fact]
    public void FileCut_SizeChanged()
    {
        using (var file = new FileStream(PathOf(2), FileMode.Open))
            file.SetLength(file.Length - 1);
        AssertOnly(FindingKind.SizeChanged);
    }

    [Fact]
    public void FileDropped_FileMissing()
    {
        File.Delete(PathOf(2));
        AssertOnly(FindingKind.FileMissing);
    }

    [Fact]
    public void TwoFilesExchanged_Swapped()
    {
        File.Move(PathOf(2), PathOf(2) + ".x");
        File.Move(PathOf(3), PathOf(2));
        File.Move(PathOf(2) + ".x", PathOf(3));
        AssertOnly(FindingKind.Swapped, FindingKind.Swapped);
    }

    [Fact]
    public void OldFootageShownAgain_Replayed()
    {
        File.Copy(PathOf(2), Path.Combine(Path.GetDirectoryName(PathOf(2))!, "235900Z.mp4"));
        AssertOnly(FindingKind.Replayed);
    }

    [Fact]
    public void StrangeFile_FileUnknown()
    {
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(PathOf(2))!, "235900Z.mp4"), "strange");
        AssertOnly(FindingKind.FileUnknown);
    }

    [Fact]
    public void LedgerCutBehindItsHead_RolledBack()
    {
        var lines = File.ReadAllLines(Entries);
        File.WriteAllText(Entries, string.Concat(lines[..^1].Select(l => l + "\n")));
        AssertOnly(FindingKind.RolledBack);
        Assert.False(Verify().SignatureHolds);
    }

    [Fact]
    public void EntryRewritten_Forked()
    {
        File.WriteAllText(Entries, File.ReadAllText(Entries).Replace("\"bytes\":", "\"bytes\": ", StringComparison.Ordinal));
        var entries = File.ReadAllLines(Entries)
            .Select((l, i) => (l, i))
            .Where(l => l.l.Contains("\"bytes\": ", StringComparison.Ordinal))
            .Select(l => $"entry {l.i}");
        Assert.Equal(entries, Verify().Findings.Where(f => f.Kind == FindingKind.Forked).Select(f => f.Subject));
        Assert.DoesNotContain(Verify().Findings, f => f.Kind != FindingKind.Forked);
    }

    /// <summary>The entry is named, once; without the stored hashes, the entries among which it is.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void OneEntryFlippedBelowItsHeads_ItIsNamedOnce(int number)
    {
        var lines = File.ReadAllLines(Entries);
        lines[number] = lines[number].Replace("\"at\":\"2", "\"at\":\"3", StringComparison.Ordinal);
        File.WriteAllText(Entries, string.Concat(lines.Select(l => l + "\n")));
        var forked = Assert.Single(Verify().Findings, f => f.Kind == FindingKind.Forked);
        Assert.Equal($"entry {number}", forked.Subject);
        File.Delete(Path.Combine(LedgerFolder, "hashes.bin"));
        forked = Assert.Single(Verify().Findings, f => f.Kind == FindingKind.Forked);
        Assert.StartsWith("entries ", forked.Subject, StringComparison.Ordinal);
        var range = forked.Subject.Split(' ');
        Assert.InRange(
            number,
            int.Parse(range[1], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(range[3], System.Globalization.CultureInfo.InvariantCulture)
        );
    }

    [Fact]
    public void LedgerAndHeadsPutBackTogether_AKnownHeadShowsTheRollback()
    {
        var known = File.ReadAllText(Path.Combine(LedgerFolder, "checkpoint"));
        var lines = File.ReadAllLines(Entries);
        Directory.Delete(LedgerFolder, recursive: true);
        File.Delete(PathOf(4));
        File.Delete(PathOf(5));
        using (var log = LedgerLog.Open(LedgerFolder, KeyPath, Origin))
        {
            foreach (var line in lines.Take(4))
                log.Append(Encoding.UTF8.GetBytes(line));
            log.Sign(Noon);
        }

        Assert.Empty(Verify().Findings);
        Assert.Equal([FindingKind.RolledBack], Verify(known).Findings.Select(f => f.Kind));
    }

    [Fact]
    public void TwoHeadsOfOneSizeBothSignedByTheKey_Forked()
    {
        var fork = Path.Combine(_root, "fork");
        string note;
        using (var log = LedgerLog.Open(fork, KeyPath, Origin))
        {
            for (var i = 0; i <= Segments; i++)
                log.Append(Encoding.UTF8.GetBytes($"{{\"other\":{i}}}"));
            note = log.Sign(Noon.AddHours(1));
        }

        Assert.Equal([FindingKind.Forked], Verify(note).Findings.Select(f => f.Kind));
        File.AppendAllText(Directory.GetFiles(Path.Combine(LedgerFolder, "checkpoints"))[0], note + "\n");
        AssertOnly(FindingKind.Forked);
    }

    [Fact]
    public void HeadSignedAgainWithAnotherKey_WrongKeyAlone()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(SignedNote.TryParse(File.ReadAllText(Path.Combine(LedgerFolder, "checkpoint")), out var note));
        File.WriteAllText(Path.Combine(LedgerFolder, "checkpoint"), SignedNote.Sign(note.Text, Origin, other).Format());
        AssertOnly(FindingKind.WrongKey);
    }

    [Fact]
    public void HeadOfAnotherAgent_HeadUnreadable()
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(KeyPath));
        Assert.True(SignedNote.TryParse(File.ReadAllText(Path.Combine(LedgerFolder, "checkpoint")), out var note));
        var text = note.Text.Replace(Origin, "exam-monitor/zz/agent-2", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(LedgerFolder, "checkpoint"), SignedNote.Sign(text, "exam-monitor/zz/agent-2", key).Format());
        AssertOnly(FindingKind.HeadUnreadable);
    }

    [Fact]
    public void ArchiveMadeAgainWithAnotherKey_WrongKey()
    {
        Directory.Delete(Volume, recursive: true);
        File.Delete(KeyPath);
        using (var log = LedgerLog.Open(LedgerFolder, KeyPath, Origin))
            Fill(log);
        var report = Verify();
        Assert.False(report.SignatureHolds);
        Assert.Equal([FindingKind.WrongKey, FindingKind.NotSigned], report.Findings.Select(f => f.Kind).Distinct());
    }

    [Fact]
    public void EntryTakenOutAndEverythingSignedAgain_OrderBroken()
    {
        var lines = File.ReadAllLines(Entries).ToList();
        lines.RemoveAt(3);
        Directory.Delete(LedgerFolder, recursive: true);
        using (var log = LedgerLog.Open(LedgerFolder, KeyPath, Origin))
        {
            foreach (var line in lines)
                log.Append(Encoding.UTF8.GetBytes(line));
            log.Sign(Noon);
        }

        var report = Verify();
        Assert.True(report.SignatureHolds);
        Assert.False(report.OrderProved);
    }

    [Fact]
    public void HeadsDeleted_NotSigned()
    {
        Directory.Delete(Path.Combine(LedgerFolder, "checkpoints"), recursive: true);
        File.Delete(Path.Combine(LedgerFolder, "checkpoint"));
        AssertOnly(FindingKind.NotSigned);
    }

    private static string RelativePath(int i) => $"{Folder}/12{i:D2}00Z.mp4";

    private string PathOf(int i) => Path.Combine(Volume, RelativePath(i));

    private void Fill(LedgerLog log)
    {
        var ledger = new FootageLedger(log, _time);
        var days = new DayLog(new DiskVolume(Volume));
        long previous = -1;
        for (var i = 0; i < Segments; i++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(i))!);
            var bytes = RandomNumberGenerator.GetBytes(1000 + (37 * i));
            File.WriteAllBytes(PathOf(i), bytes);
            var start = Noon.AddMinutes(i);
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
            days.Append(
                Folder,
                new("", i + 1, DayLine.Segment, i + 1, start, start.AddMinutes(1))
                {
                    File = Path.GetFileName(PathOf(i)),
                    Bytes = bytes.Length,
                    Sha256 = sha256,
                    Recovered = false,
                }
            );
            previous = ledger.Append(
                new SegmentLeaf(
                    RoomId.Of("R7"),
                    CameraId.Of("C1"),
                    i + 1,
                    previous,
                    start,
                    start.AddMinutes(1),
                    RelativePath(i),
                    bytes.Length,
                    sha256,
                    Recovered: false
                )
            );
            if (i % 2 == 1)
                log.Sign(start);
        }

        days.Append(
            Folder,
            new("", Segments + 1, DayLine.Gap, 1, Noon.AddMinutes(Segments), Noon.AddMinutes(Segments + 1)) { Cause = GapCause.Network }
        );
        ledger.Append(
            new GapLeaf(
                RoomId.Of("R7"),
                CameraId.Of("C1"),
                Segments + 1,
                previous,
                Noon.AddMinutes(Segments),
                Noon.AddMinutes(Segments + 1),
                GapCause.Network
            )
        );
        log.Sign(Noon.AddMinutes(Segments));
    }

    private VerificationReport Verify(params string[] knownHeads)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(_root, "public.pem")));
        return ArchiveVerifier.Run(Volume, new(key, Origin, KnownHeads: knownHeads), null, TestContext.Current.CancellationToken);
    }

    private void AssertOnly(params FindingKind[] kinds) => Assert.Equal(kinds, Verify().Findings.Select(f => f.Kind));
}
