using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ExamMonitor.CommandLine.Commands;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Preservation.Volume;
using Xunit;

namespace ExamMonitor.Agent.Tests.Preservation;

/// <summary>
/// What somebody with a text editor does to a volume whose agent stands, and what the agent says of it at its next start: each under a name
/// of its own.
/// </summary>
public sealed partial class LedgerMatrixTests : IAsyncLifetime, IDisposable
{
    private const string Origin = "exam-monitor/S/A";
    private readonly LedgerSite _site = new();
    private string _publicKey = "";

    public async ValueTask InitializeAsync()
    {
        await _site.FillAsync(3);
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(_site.Key));
        _publicKey = key.ExportSubjectPublicKeyInfoPem();
    }

    public void Dispose() => _site.Dispose();

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Clean_NoProblemHoweverOftenItStarts()
    {
        for (var i = 0; i < 3; i++)
            Assert.Empty(await _site.StartAsync());
        Assert.Empty(Verify().Findings);
    }

    [Fact]
    public async Task Delete_EvidenceMismatch()
    {
        File.Delete(_site.Segments[1]);
        Assert.Equal(["evidence-mismatch"], await _site.StartAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task SegmentNamedAsGarbageInTheIndex_StaysAndIsTold(int remote)
    {
        var path = _site.RelativeOf(_site.Segments[1]);
        _site.WriteIndex(
            $"INSERT INTO garbage (path, segment, reason, at_ms) VALUES ('{path}', 7, 'idle', 0); UPDATE segments SET remote = {remote}"
        );
        var names = await _site.StartAsync();
        Assert.True(File.Exists(_site.Segments[1]));
        Assert.Contains("ledger-garbage-unproved", names);
        Assert.Equal(3, _site.Segments.Count);
    }

    /// <summary>A command beside the attack says what it finds, and the agent's next start finds it all the same.</summary>
    [Fact]
    public async Task HeadsAndMemoryDeleted_ThenACommand_IsToldByBoth()
    {
        File.Delete(_site.Anchor);
        File.Delete(Path.Combine(_site.Ledger, "checkpoint"));
        using (
            var ledger = new VolumeLedger(
                _site.Volume,
                _site.Key,
                SiteId.Of("S"),
                AgentId.Of("A"),
                TimeProvider.System,
                _site.Heads,
                forCommand: true
            )
        )
        {
            await using var said = new StringWriter();
            using (var told = new LedgerFindingWriter(ledger, said))
                Assert.True(ledger.Entries > 0);
            Assert.Contains("ledger-memory-missing: ", said.ToString(), StringComparison.Ordinal);
            Assert.Contains("ledger-head-shortened: ", said.ToString(), StringComparison.Ordinal);
        }

        var names = await _site.StartAsync();
        Assert.Contains("ledger-memory-missing", names);
        Assert.Contains("ledger-head-shortened", names);
    }

    [Fact]
    public async Task FileOutsideOfTheFootageNamedAsGarbage_StaysAndIsTold()
    {
        var precious = Path.Combine(_site.Volume, "..", "precious.txt");
        await File.WriteAllTextAsync(precious, "precious", TestContext.Current.CancellationToken);
        _site.WriteIndex("INSERT INTO garbage (path, segment, reason, at_ms) VALUES ('../precious.txt', 7, 'idle', 0)");
        Assert.Contains("ledger-garbage-unproved", await _site.StartAsync());
        Assert.True(File.Exists(precious));
    }

    [Fact]
    public async Task DeleteAndUnsignedDestruction_PutAsideNeverSignedAndTheFileStaysMissing()
    {
        var path = _site.RelativeOf(_site.Segments[1]);
        File.Delete(_site.Segments[1]);
        var line = $$$"""{"kind":"destruction","at":"2026-03-01T12:00:00.000Z","room":"R7","camera":"C1","facts":{"path":"{{{path}}}"}}""";
        _site.AppendLine(line);
        Assert.Equal(["evidence-mismatch", "ledger-entries-unproved"], await _site.StartAsync());
        Assert.DoesNotContain("destruction", _site.ReadEntries(), StringComparison.Ordinal);
        Assert.Equal(
            line + "\n",
            await File.ReadAllTextAsync(
                Directory.GetFiles(Path.Combine(_site.Ledger, "quarantine")).Single(),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal([FindingKind.FileMissing], Verify().Findings.Select(f => f.Kind));
        // It is told as long as nobody has taken the file away, and stands in the history for good.
        Assert.Equal(["evidence-mismatch", "ledger-entries-unproved"], await _site.StartAsync());
        Assert.Contains("\"finding\":\"unproved-entries\"", _site.ReadEntries(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAndUnsignedSegment_PutAsideAndTheFileStaysUnknown()
    {
        var added = Path.Combine(Path.GetDirectoryName(_site.Segments[0])!, "235900Z.mp4");
        File.Copy(_site.Segments[0], added);
        File.AppendAllText(added, "x");
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(added, TestContext.Current.CancellationToken)));
        _site.AppendLine(
            $$"""{"kind":"segment","at":"2026-03-01T12:00:00.000Z","room":"R7","camera":"C1","number":99,"previous":0,"path":"{{_site.RelativeOf(added)}}","start":"2026-03-01T23:59:00.000Z","end":"2026-03-01T23:59:04.000Z","bytes":{{new FileInfo(added).Length}},"sha256":"{{hash}}","recovered":false}"""
        );
        Assert.Equal(["ledger-entries-unproved"], await _site.StartAsync());
        Assert.Equal([FindingKind.FileUnknown], Verify().Findings.Select(f => f.Kind));
    }

    [Fact]
    public async Task ATrueEntryRepeatedAtTheEnd_PutAside()
    {
        _site.RewriteEntries(lines => lines.Append(lines[^1]));
        Assert.Equal(["ledger-entries-unproved"], await _site.StartAsync());
    }

    [Fact]
    public async Task TruncatedToAnEarlierHead_RolledBackAndNoHeadIsSigned()
    {
        TruncateToFirstHead();
        Assert.Contains("ledger-rolled-back", await _site.StartAsync());
        Assert.Contains("ledger-rolled-back", await _site.StartAsync());
        Assert.Single(DayHeads.Split(await File.ReadAllTextAsync(_site.DayHeads, TestContext.Current.CancellationToken)));
    }

    /// <summary>
    /// With the agent's own folder put back to an older state, too, nothing on the machine knows better: the memory's absence is all that
    /// is left to tell.
    /// </summary>
    [Fact]
    public async Task TruncatedAndTheMemoryRemoved_MemoryMissing()
    {
        TruncateToFirstHead();
        File.Delete(_site.Anchor);
        Assert.Contains("ledger-memory-missing", await _site.StartAsync());
    }

    [Fact]
    public async Task RewrittenWithoutHeads_SameKey_RolledBack()
    {
        Rewrite();
        Assert.Contains("ledger-rolled-back", await _site.StartAsync());
        Assert.False(File.Exists(Path.Combine(_site.Ledger, "checkpoint")));
    }

    [Fact]
    public async Task RewrittenWithoutHeadsAndWithoutMemory_HeadsMissingAndTheRewrittenIsNotSigned()
    {
        var dropped = Rewrite();
        File.Delete(_site.Anchor);
        var names = await _site.StartAsync();
        Assert.Contains("ledger-heads-missing", names);
        Assert.Contains("ledger-entries-unproved", names);
        Assert.DoesNotContain(dropped, _site.ReadEntries(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeadsRemovedWithTheMemory_HeadsMissing()
    {
        File.Delete(Path.Combine(_site.Ledger, "checkpoint"));
        Directory.Delete(Path.Combine(_site.Ledger, "checkpoints"), recursive: true);
        File.Delete(_site.Anchor);
        Assert.Equal(["ledger-heads-missing"], await _site.StartAsync());
    }

    [Fact]
    public async Task NewKey_WrongKeyAndNoHeadIsSigned()
    {
        File.Delete(_site.Key);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(_site.Key, other.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_site.Key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var before = await File.ReadAllTextAsync(Path.Combine(_site.Ledger, "checkpoint"), TestContext.Current.CancellationToken);
        Assert.Equal(["ledger-day-heads-shortened", "ledger-wrong-key"], (await _site.StartAsync()).Except(["retention-unreadable"]));
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(_site.Ledger, "checkpoint"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("key")]
    [InlineData("key and heads")]
    public async Task KeyGone_WhileThereAreEntries_RefusesToMakeAnother(string what)
    {
        File.Delete(_site.Key);
        if (what != "key")
        {
            File.Delete(Path.Combine(_site.Ledger, "checkpoint"));
            Directory.Delete(Path.Combine(_site.Ledger, "checkpoints"), recursive: true);
            File.Delete(_site.Anchor);
        }

        Assert.Contains("key is gone", (await Assert.ThrowsAsync<LedgerException>(_site.StartAsync)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_site.Key));
    }

    [Fact]
    public async Task BitOfAnEntry_EntryChanged()
    {
        LedgerSite.Flip(_site.Entries, 30);
        Assert.Equal(["ledger-entry-changed"], await _site.StartAsync());
    }

    /// <summary>A zero among signed entries is no torn page: what stands behind it is not cut off.</summary>
    [Fact]
    public async Task ZeroInAnEntry_EntryChangedAndNothingIsCut()
    {
        var bytes = await File.ReadAllBytesAsync(_site.Entries, TestContext.Current.CancellationToken);
        var length = bytes.Length;
        bytes[30] = 0;
        await File.WriteAllBytesAsync(_site.Entries, bytes, TestContext.Current.CancellationToken);
        Assert.Equal(["ledger-entry-changed"], await _site.StartAsync());
        Assert.True(new FileInfo(_site.Entries).Length > length);
    }

    [Fact]
    public async Task LastLineFeedOfTheEntriesMissing_RolledBack()
    {
        using (var file = new FileStream(_site.Entries, FileMode.Open))
            file.SetLength(file.Length - 1);
        Assert.Contains("ledger-rolled-back", await _site.StartAsync());
    }

    [Fact]
    public async Task HashesFlipped_MadeAgainAndNoForkIsSigned()
    {
        var hashes = Path.Combine(_site.Ledger, "hashes.bin");
        // Each start appends to the file: its length is asked once.
        var length = new FileInfo(hashes).Length;
        for (var at = 0; at < length; at += 96)
        {
            LedgerSite.Flip(hashes, at);
            Assert.Equal(["ledger-hashes-changed"], await _site.StartAsync());
            Assert.Empty(Verify().Findings);
        }
    }

    [Fact]
    public async Task HashesGone_MadeAgainAndTold()
    {
        File.Delete(Path.Combine(_site.Ledger, "hashes.bin"));
        Assert.Equal(["ledger-hashes-missing"], await _site.StartAsync());
        Assert.Empty(Verify().Findings);
    }

    [Fact]
    public async Task CheckpointGone_PutBackAndTold()
    {
        File.Delete(Path.Combine(_site.Ledger, "checkpoint"));
        Assert.Equal(["ledger-head-shortened"], await _site.StartAsync());
        Assert.Empty(Verify().Findings);
    }

    [Fact]
    public async Task CheckpointOfTheFirstHead_PutBackAndTold()
    {
        File.WriteAllText(
            Path.Combine(_site.Ledger, "checkpoint"),
            DayHeads.Split(await File.ReadAllTextAsync(_site.DayHeads, TestContext.Current.CancellationToken)).First()
        );
        Assert.Equal(["ledger-head-shortened"], await _site.StartAsync());
    }

    [Fact]
    public async Task CheckpointOfAnotherKey_PutBackKeptAndTold()
    {
        var path = Path.Combine(_site.Ledger, "checkpoint");
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(SignedNote.TryParse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), out var note));
        await File.WriteAllTextAsync(path, SignedNote.Sign(note.Text, Origin, other).Format(), TestContext.Current.CancellationToken);
        Assert.Equal(["ledger-head-foreign"], await _site.StartAsync());
        Assert.Empty(Verify().Findings);
        Assert.Single(Directory.GetFiles(Path.Combine(_site.Ledger, "quarantine")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DayHeadsGoneOrShortened_PutBackAndTold(bool gone)
    {
        if (gone)
            Directory.Delete(Path.Combine(_site.Ledger, "checkpoints"), recursive: true);
        else
            await File.WriteAllTextAsync(
                _site.DayHeads,
                DayHeads.Split(await File.ReadAllTextAsync(_site.DayHeads, TestContext.Current.CancellationToken)).First() + "\n",
                TestContext.Current.CancellationToken
            );
        Assert.Equal(["ledger-day-heads-shortened"], await _site.StartAsync());
        Assert.Empty(Verify().Findings);
    }

    [Fact]
    public async Task MemoryGone_Told()
    {
        File.Delete(_site.Anchor);
        Assert.Equal(["ledger-memory-missing"], await _site.StartAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task DayLineDropped_Named(int line)
    {
        var path = Directory.GetFiles(_site.Volume, "day.jsonl", SearchOption.AllDirectories).Single();
        var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            path,
            string.Concat(lines.Where((_, i) => i != line).Select(l => l + "\n")),
            TestContext.Current.CancellationToken
        );
        Assert.Contains("day-line-changed", await _site.StartAsync());
    }

    [Theory]
    [InlineData("retention/holds.jsonl")]
    [InlineData("retention/rules.jsonl")]
    public async Task FileOfRetentionEditedByHand_Named(string name)
    {
        var path = Path.Combine(_site.Volume, name);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Matches(NamedPerson(), text);
        await File.WriteAllTextAsync(path, NamedPerson().Replace(text, "${name}x", 1), TestContext.Current.CancellationToken);
        Assert.Equal(["retention-unreadable"], await _site.StartAsync());
    }

    /// <summary>An honest crash: the index knows entries that no head covered and the power cut took. They are entered again.</summary>
    [Fact]
    public async Task PowerCutThatTookUnsignedEntries_NoProblemAndTheirFactsAreEnteredAgain()
    {
        var path = _site.RelativeOf(_site.Segments[^1]);
        // The state before the last heads and entries reached the disk.
        TruncateToFirstHead();
        File.WriteAllText(
            _site.Anchor,
            await File.ReadAllTextAsync(Path.Combine(_site.Ledger, "checkpoint"), TestContext.Current.CancellationToken)
        );
        Assert.DoesNotContain(path, _site.ReadEntries(), StringComparison.Ordinal);
        Assert.Empty((await _site.StartAsync()).Except(["retention-unreadable"]));
        Assert.Contains(path, _site.ReadEntries(), StringComparison.Ordinal);

        // This goes back behind the hold, further than a power cut does: a hold's entry is signed before its line is written. So its line
        // stands alone.
        Assert.Equal([FindingKind.HoldsChanged], Verify().Findings.Select(f => f.Kind));
    }

    /// <summary>The first letter of a word that may be any: the line stays what a reader takes.</summary>
    [GeneratedRegex("(?<name>\"(by|owner|reason)\":\")[^\"]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamedPerson();

    private void TruncateToFirstHead()
    {
        var first = DayHeads.Split(File.ReadAllText(_site.DayHeads)).First();
        Assert.True(SignedNote.TryParse(first, out var note));
        Assert.True(Checkpoint.TryParse(note.Text, out var head));
        _site.RewriteEntries(lines => lines.Take((int)head.Size));
        File.WriteAllText(_site.DayHeads, first + "\n");
        File.WriteAllText(Path.Combine(_site.Ledger, "checkpoint"), first);
        File.Delete(Path.Combine(_site.Ledger, "hashes.bin"));
        using var hashes = new FileStream(Path.Combine(_site.Ledger, "hashes.bin"), FileMode.CreateNew);
        Span<byte> all = new byte[32 * 64];
        hashes.Write(Hashes(all, head.Size));
    }

    private ReadOnlySpan<byte> Hashes(Span<byte> room, long count)
    {
        var (at, peaks) = (0, new List<TreeHash>());
        foreach (var (line, i) in File.ReadAllLines(_site.Entries).Take((int)count).Select((l, i) => (l, i)))
        {
            var added = StoredHashes.ForPeaks(i, MerkleTree.LeafHash(System.Text.Encoding.UTF8.GetBytes(line)), peaks);
            foreach (var hash in added)
                hash.CopyTo(room[(32 * at++)..]);
            peaks.RemoveRange(peaks.Count - (added.Count - 1), added.Count - 1);
            peaks.Add(added[^1]);
        }

        return room[..(32 * at)];
    }

    /// <summary>Drops the second segment from entries, files and day lines, and takes away all that was signed.</summary>
    private string Rewrite()
    {
        var path = _site.RelativeOf(_site.Segments[1]);
        File.Delete(_site.Segments[1]);
        _site.RewriteEntries(lines => lines.Where(l => !l.Contains(path, StringComparison.Ordinal)));
        var day = Directory.GetFiles(_site.Volume, "day.jsonl", SearchOption.AllDirectories).Single();
        File.WriteAllText(
            day,
            string.Concat(
                File.ReadAllLines(day).Where(l => !l.Contains(Path.GetFileName(path), StringComparison.Ordinal)).Select(l => l + "\n")
            )
        );
        File.Delete(Path.Combine(_site.Ledger, "checkpoint"));
        File.Delete(Path.Combine(_site.Ledger, "hashes.bin"));
        Directory.Delete(Path.Combine(_site.Ledger, "checkpoints"), recursive: true);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(_site.Index)!, "index.db*"))
            File.Delete(file);
        return path;
    }

    private VerificationReport Verify()
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(_publicKey);
        return ArchiveVerifier.Run(_site.Volume, new(key, Origin), null, TestContext.Current.CancellationToken);
    }
}
