using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using Xunit;

namespace ExamMonitor.Footage.Tests.Ledger;

public sealed class LedgerLogTests : IDisposable
{
    private const string Origin = "exam-monitor/zz/agent-1";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly string _root = Directory.CreateTempSubdirectory("ledger-").FullName;

    private static int LineLength => Entry(0).Length + EntryTags.Size + 1;

    private string Folder => Path.Combine(_root, "ledger");

    private string KeyPath => Path.Combine(_root, "ledger.key");

    private string LastEntries => Directory.EnumerateFiles(Path.Combine(Folder, "entries")).Order(StringComparer.Ordinal).Last();

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>
    /// The disk was exchanged: a head is not written to whatever lies at the path now, and is signed when the right disk is back.
    /// </summary>
    [Fact]
    public void Sign_LedgerNoLongerAtItsPath_WritesNothingThere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows moves no folder of open files.");
        using var log = Open();
        log.Append(Entry(0));
        Directory.Move(Folder, Folder + "-away");
        Directory.CreateDirectory(Folder);
        Assert.Throws<LedgerException>(() => log.Sign(Noon));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
        Directory.Delete(Folder);
        Directory.Move(Folder + "-away", Folder);
        Assert.Contains("\n1\n", log.Sign(Noon), StringComparison.Ordinal);
    }

    [Fact]
    public void Append_AcrossFiles_RootIsThatOfTheEntries()
    {
        const int count = LedgerEntries.PerFile + 700;
        using var log = Open();
        for (var i = 0; i < count; i++)
            Assert.Equal(i, log.Append(Entry(i)));
        foreach (var size in (long[])[0, 1, 2, 3, 255, 256, 4095, 4096, 4097, count])
            Assert.Equal(NaiveRoot(log, size), log.Root(size));
        Assert.StartsWith(
            Encoding.UTF8.GetString(Entry(4096))[..^1] + ",\"tag\":\"",
            Encoding.UTF8.GetString(log.Read(4096)),
            StringComparison.Ordinal
        );
        Assert.Equal(count - 4000, log.Read(4000, count).Count());
    }

    [Fact]
    public void Prove_FromStoredHashes_IsAcceptedByTheChecks()
    {
        using var log = Open();
        for (var i = 0; i < 300; i++)
            log.Append(Entry(i));
        for (var size = 1; size <= 300; size += 7)
        {
            for (var leaf = 0; leaf < size; leaf += 5)
            {
                Assert.True(
                    MerkleTree.CheckInclusion(
                        leaf,
                        MerkleTree.LeafHash(log.Read(leaf)),
                        size,
                        log.Root(size),
                        log.ProveInclusion(leaf, size)
                    )
                );
                Assert.True(MerkleTree.CheckConsistency(leaf, log.Root(leaf), size, log.Root(size), log.ProveConsistency(leaf, size)));
            }
        }
    }

    [Fact]
    public void Sign_CoversEverythingAppended_AndTheNoteVerifies()
    {
        using var log = Open();
        log.Append(Entry(0));
        log.Append(Entry(1));
        var note = log.Sign(Noon);
        using var publicKey = ECDsa.Create();
        publicKey.ImportFromPem(log.ExportPublicKey());
        Assert.True(SignedNote.TryParse(note, out var parsed));
        Assert.True(parsed.IsSignedBy(Origin, publicKey));
        Assert.True(Checkpoint.TryParse(parsed.Text, out var head));
        Assert.Equal((2L, NaiveRoot(log, 2), Noon), (head.Size, head.Root, head.Time));
        Assert.Equal(note, log.Sign(Noon.AddMinutes(1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void Open_TornLastLine_CutsItAndGoesOn(int cut)
    {
        using (var log = Open())
        {
            for (var i = 0; i < 10; i++)
                log.Append(Entry(i));
        }

        using (var file = new FileStream(LastEntries, FileMode.Open))
            file.SetLength(file.Length - cut);
        using var again = Open();
        Assert.Equal(LedgerDamage.None, again.Damage);
        Assert.InRange(again.Size, 6, 9);
        Assert.Equal(NaiveRoot(again, again.Size), again.Root(again.Size));
        Assert.Equal(again.Size, again.Append(Entry((int)again.Size)));
        Assert.Equal(NaiveRoot(again, again.Size), again.Root(again.Size));
    }

    [Fact]
    public void Open_PagesOfZerosAfterThePowerCut_CutsAtTheFirst()
    {
        using (var log = Open())
        {
            for (var i = 0; i < 10; i++)
                log.Append(Entry(i));
        }

        using (var file = new FileStream(LastEntries, FileMode.Open))
        {
            file.Position = 3 * LineLength;
            file.Write(new byte[8]);
        }

        using var again = Open();
        Assert.Equal(3, again.Size);
    }

    [Fact]
    public void TakeBack_AfterAWriteThatTheDiskTook_InPart_LeavesEveryEntryWhole()
    {
        var folder = Path.Combine(_root, "torn");
        using var entries = LedgerEntries.Open(folder);
        entries.Append("first"u8);
        // What a write leaves that found the disk full half way: a beginning without its line feed.
        using (var file = new FileStream(Directory.GetFiles(folder).Single(), FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
            file.Write("a long entry that does not f"u8);
        entries.Append("short"u8);
        entries.TakeBack("short".Length);
        entries.Append("second"u8);
        Assert.Equal(["first", "second"], entries.Read(0, entries.Count).Select(System.Text.Encoding.UTF8.GetString));
    }

    [Fact]
    public void Append_WhenTheNextFileCannotBeBegun_FailsAndGoesOnLater()
    {
        var folder = Path.Combine(_root, "full");
        using var entries = LedgerEntries.Open(folder);
        for (var i = 0; i < LedgerEntries.PerFile; i++)
            entries.Append("entry"u8);
        // No room for another file.
        var next = Directory.CreateDirectory(Path.Combine(folder, $"{LedgerEntries.PerFile:D12}.jsonl"));
        Assert.ThrowsAny<Exception>(() => entries.Append("late"u8));
        next.Delete();
        entries.Append("late"u8);
        Assert.Equal("late"u8.ToArray(), entries.Read(LedgerEntries.PerFile));
    }

    [Theory]
    [InlineData("one line of 40 MB")]
    [InlineData("40 MB without an end")]
    [InlineData("a million empty lines")]
    [InlineData("ten thousand objects")]
    [InlineData("a next file")]
    [InlineData("a file further on")]
    public void Open_WhatIsNoEntryBehindTheHead_IsPutAsideAndTheLedgerGoesOn(string what)
    {
        using (var log = Open())
        {
            for (var i = 0; i < 10; i++)
                log.Append(Entry(i));
            log.Sign(Noon);
            log.Append(Entry(10));
        }

        var name =
            what == "a next file" ? "000000004096.jsonl"
            : what == "a file further on" ? "000000012288.jsonl"
            : Path.GetFileName(LastEntries);
        using (var file = new StreamWriter(Path.Combine(Folder, "entries", name), append: true) { NewLine = "\n" })
        {
            if (what.Contains("40 MB", StringComparison.Ordinal))
                file.Write(new string('x', 40 << 20));
            if (what == "one line of 40 MB")
                file.WriteLine();
            for (var i = 0; what == "a million empty lines" && i < 1_000_000; i++)
                file.WriteLine();
            for (var i = 0; what == "ten thousand objects" && i < 10_000; i++)
                file.WriteLine("{}");
            if (what.Contains("file", StringComparison.Ordinal))
                file.WriteLine("{}");
        }

        using (var again = Open())
        {
            Assert.Equal(LedgerDamage.UnprovedEntries, again.Damage);
            Assert.True(again.MaySign);
            Assert.Equal(11, again.Append(Entry(11)));
            again.Sign(Noon.AddMinutes(1));
        }

        using var later = Open();
        Assert.Equal(12, later.Size);
        Assert.Equal(NaiveRoot(later, 12), later.Root(12));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_ALineOf40MbBelowTheHead_StartsAndIsFound(bool withHashes)
    {
        using (var log = Open())
        {
            for (var i = 0; i < 10; i++)
                log.Append(Entry(i));
            log.Sign(Noon);
        }

        var lines = File.ReadAllLines(LastEntries);
        lines[4] = new string('x', 40 << 20);
        File.WriteAllText(LastEntries, string.Join('\n', lines) + "\n");
        if (!withHashes)
            File.Delete(Path.Combine(Folder, "hashes.bin"));
        using var again = Open();
        Assert.Equal(withHashes ? LedgerDamage.None : LedgerDamage.Forked, again.Damage);
        Assert.Equal(10, again.Append(Entry(10)));
        if (withHashes)
            Assert.Equal((LedgerDamage.EntryChanged, 4L), again.CheckBlock(0).Select(f => (f.Kind, f.Entry)).Single());
    }

    [Fact]
    public void Open_AFileBelowTheHeadIsMissing_SaysRolledBackAndGoesOn()
    {
        using (var log = Open())
        {
            for (var i = 0; i < (2 * LedgerEntries.PerFile) + 10; i++)
                log.Append(Entry(i));
            log.Sign(Noon);
        }

        File.Delete(Path.Combine(Folder, "entries", "000000004096.jsonl"));
        using var again = Open();
        Assert.Equal(LedgerDamage.RolledBack, again.Damage);
        Assert.False(again.MaySign);
        Assert.Equal(4096, again.Append(Entry(4096)));
        Assert.Equal(10, File.ReadLines(Directory.GetFiles(Path.Combine(Folder, "quarantine")).Single()).Count());
    }

    [Fact]
    public void Open_HashesLost_AreMadeAgainFromTheEntriesAndTold()
    {
        using (var log = Open())
        {
            for (var i = 0; i < 100; i++)
                log.Append(Entry(i));
            log.Sign(Noon);
        }

        File.Delete(Path.Combine(Folder, "hashes.bin"));
        using var again = Open();
        Assert.Equal(LedgerDamage.HashesMissing, again.Damage);
        Assert.Equal(NaiveRoot(again, 100), again.Root(100));
    }

    [Fact]
    public void Open_EntriesRolledBackBehindTheCheckpoint_SaysSo()
    {
        using (var log = Open())
        {
            for (var i = 0; i < 10; i++)
                log.Append(Entry(i));
            log.Sign(Noon);
        }

        using (var file = new FileStream(LastEntries, FileMode.Open))
            file.SetLength(5 * LineLength);
        using var again = Open();
        Assert.Equal(LedgerDamage.RolledBack, again.Damage);
    }

    [Fact]
    public void Open_AnEntryRewrittenWithItsHashes_SaysForked()
    {
        using (var log = Open())
        {
            for (var i = 0; i < 10; i++)
                log.Append(Entry(i));
            log.Sign(Noon);
        }

        var bytes = File.ReadAllBytes(LastEntries);
        bytes[3] ^= 1;
        File.WriteAllBytes(LastEntries, bytes);
        File.Delete(Path.Combine(Folder, "hashes.bin"));
        using var again = Open();
        Assert.Equal(LedgerDamage.Forked, again.Damage);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(0, 4)]
    public void Open_AStoredHashFlippedThatOnlyAnOlderHeadAsksFor_IsMadeAgainAndNotCalledForked(int level, int place)
    {
        using (var log = Open())
        {
            for (var i = 0; i < 8; i++)
            {
                log.Append(Entry(i));
                if (i is 4 or 7)
                    log.Sign(Noon.AddMinutes(i));
            }
        }

        using (var file = new FileStream(Path.Combine(Folder, "hashes.bin"), FileMode.Open))
        {
            file.Position = StoredHashes.IndexOf(level, place) * TreeHash.Size;
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }

        using var again = Open();
        Assert.Equal([LedgerDamage.HashesChanged], again.Findings.Select(f => f.Kind));
        Assert.True(again.MaySign);
        Assert.Equal(NaiveRoot(again, 5), again.Root(5));
    }

    [Fact]
    public void Open_CheckpointOfAnotherKey_SaysForeign()
    {
        using (var log = Open())
        {
            log.Append(Entry(0));
            log.Sign(Noon);
        }

        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(SignedNote.TryParse(File.ReadAllText(Path.Combine(Folder, "checkpoint")), out var note));
        File.WriteAllText(Path.Combine(Folder, "checkpoint"), SignedNote.Sign(note.Text, Origin, other).Format());
        using var again = Open();
        Assert.Equal(LedgerDamage.ForeignCheckpoint, again.Damage);
    }

    /// <summary>
    /// A full disk has room for another head in the day's file, which has a block already, and none for a new <c>checkpoint</c>.
    /// </summary>
    [Fact]
    public void Sign_WhoseCheckpointFailsAgainAndAgain_LeavesItOneHeadBehindAndNobodyAccused()
    {
        var obstacle = Path.Combine(Folder, "checkpoint.part");
        using (var log = Open())
        {
            for (var i = 0; i < 5; i++)
            {
                log.Append(Entry(i));
                if (i == 0)
                    log.Sign(Noon);
                else
                    Assert.ThrowsAny<Exception>(() => log.Sign(Noon.AddMinutes(i)));
                Directory.CreateDirectory(obstacle);
            }
        }

        Directory.Delete(obstacle);
        using var again = Open();
        Assert.Empty(again.Findings);
        Assert.True(
            SignedNote.TryParse(again.Sign(Noon.AddHours(1)), out var note)
                && Checkpoint.TryParse(note.Text, out var head)
                && head.Size == 5
        );
        var days = File.ReadAllText(Directory.GetFiles(Path.Combine(Folder, "checkpoints")).Single());
        Assert.Equal([1L, 2, 5], DayHeads.Split(days).Select(SizeOf));
    }

    /// <summary>What failed half way is finished by the next head, and stands in the day's file once.</summary>
    [Fact]
    public void Sign_AfterOneThatFailedHalfWay_FinishesThatFirst()
    {
        var obstacle = Path.Combine(Folder, "checkpoint.part");
        using var log = Open();
        log.Append(Entry(0));
        log.Sign(Noon);
        Directory.CreateDirectory(obstacle);
        log.Append(Entry(1));
        Assert.ThrowsAny<Exception>(() => log.Sign(Noon.AddMinutes(1)));
        Directory.Delete(obstacle);
        log.Append(Entry(2));
        log.Sign(Noon.AddMinutes(2));
        var days = File.ReadAllText(Directory.GetFiles(Path.Combine(Folder, "checkpoints")).Single());
        Assert.Equal([1L, 2, 3], DayHeads.Split(days).Select(SizeOf));
        Assert.Equal(3, SizeOf(File.ReadAllText(Path.Combine(Folder, "checkpoint"))));
    }

    private static long SizeOf(string note) =>
        SignedNote.TryParse(note, out var signed) && Checkpoint.TryParse(signed.Text, out var head) ? head.Size : -1;

    [Fact]
    public void Open_KeyGoneWhileACheckpointExists_Refuses()
    {
        using (var log = Open())
        {
            log.Append(Entry(0));
            log.Sign(Noon);
        }

        File.Delete(KeyPath);
        Assert.Contains("key is gone", Assert.Throws<LedgerException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_KeyReadableByOthers_Refuses()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("File modes are those of Unix.");
            return;
        }

        Open().Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Assert.Throws<LedgerException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    [InlineData("zero\0")]
    public void Append_NotOneLine_IsRefused(string entry)
    {
        using var log = Open();
        Assert.Throws<ArgumentException>(() => log.Append(Encoding.UTF8.GetBytes(entry)));
        Assert.Equal(0, log.Size);
    }

    private static byte[] Entry(int i) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"entry\":{i:D6}}}"));

    private static TreeHash NaiveRoot(LedgerLog log, long size) => size == 0 ? MerkleTree.EmptyRoot : NaiveRoot([.. log.Read(0, size)]);

    private static TreeHash NaiveRoot(ReadOnlySpan<byte[]> entries)
    {
        if (entries.Length == 1)
            return MerkleTree.LeafHash(entries[0]);
        var k = 1;
        while (k * 2 < entries.Length)
            k *= 2;
        return MerkleTree.NodeHash(NaiveRoot(entries[..k]), NaiveRoot(entries[k..]));
    }

    private LedgerLog Open() => LedgerLog.Open(Folder, KeyPath, Origin);
}
