using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Ledger;

/// <summary>A footage disk that goes away below the open ledger, and comes back as another mount at the same place.</summary>
public sealed class LedgerPlaceTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Origin = Checkpoint.OriginOf(SiteId.Of("S1"), AgentId.Of("A1"));
    private readonly TempFolder _own = new();

    public void Dispose() => _own.Dispose();

    [Fact]
    public void Disk_ThatComesBackWithFewerEntries_IsOpenedAnewAndSignsWhatLiesThere()
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? string.Empty);
        using var disk = SmallDisk.Ext4(32);
        using (var log = Open(disk.Path))
        {
            for (var i = 0; i < 60; i++)
                log.Append(Entry(i));
            log.Sign(Noon);
            for (var i = 60; i < 64; i++)
                log.Append(Entry(i));
            disk.MakeReadOnly();
            // The file system takes no flush any more: no head speaks of what is not on the disk.
            Assert.ThrowsAny<IOException>(() => log.Sign(Noon.AddMinutes(1)));
            disk.ComeBack();
            Assert.Throws<LedgerException>(() => log.Append(Entry(64)));
            Assert.Throws<LedgerException>(() => log.Sign(Noon.AddMinutes(2)));
            var reopened = log.ReopenIfElsewhere();
            Assert.Equal((64L, 60L), (reopened!.Before, reopened.Now));
            Assert.Empty(reopened.Found);
            Assert.Null(log.ReopenIfElsewhere());
            Assert.Equal(60, log.Append(Entry(100)));
            Assert.True(SignedNote.TryParse(log.Sign(Noon.AddMinutes(3)), out var note));
            Assert.True(Checkpoint.TryParse(note.Text, out var head));
            Assert.Equal(61, head.Size);
        }

        using var again = Open(disk.Path);
        Assert.Equal((LedgerDamage.None, 61L), (again.Damage, again.Size));
    }

    [Fact]
    public void Disk_ThatComesBackOlderThanItsHead_SaysSoAndSignsNothing()
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? string.Empty);
        using var old = new TempFolder();
        using var disk = SmallDisk.Tmpfs(16);
        using var log = Open(disk.Path);
        for (var i = 0; i < 10; i++)
            log.Append(Entry(i));
        log.Sign(Noon);
        Copy(disk.Path, old["copy"]);
        for (var i = 10; i < 20; i++)
            log.Append(Entry(i));
        log.Sign(Noon.AddMinutes(1));
        disk.Remove();
        // Nothing lies there: what is there is not begun as a ledger.
        Assert.Throws<LedgerException>(() => log.ReopenIfElsewhere());
        Assert.Throws<LedgerException>(() => log.Append(Entry(20)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
        Copy(old["copy"], disk.Path);
        Assert.Contains(log.ReopenIfElsewhere()!.Found, f => f.Kind == LedgerDamage.RolledBack);
        Assert.False(log.MaySign);
        Assert.Equal(10, log.Append(Entry(20)));
    }

    /// <summary>Why nothing on the volume is flushed by the base library.</summary>
    [Fact]
    public void Flush_OfAFileWhoseDiskBecameReadOnly_IsRefused_AndTheBaseLibraryTakesItForDone()
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? string.Empty);
        using var disk = SmallDisk.Ext4(24);
        using var file = new FileStream(Path.Combine(disk.Path, "file"), FileMode.CreateNew);
        file.Write(new byte[4096]);
        file.Flush();
        disk.MakeReadOnly();
        file.Flush(flushToDisk: true);
        Assert.Throws<IOException>(() => DiskFlush.File(file));
    }

    /// <summary>
    /// The commit of ext4's journal fails for one thread; the rename and the line of another were part of it. Until the file system is
    /// asked for another change, fsync has nothing to wait for, and says that both are on the disk.
    /// </summary>
    [Fact]
    public void Flush_AfterTheJournalFailedForSomebodyElse_IsRefusedAndNotCalledDone()
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? string.Empty);
        using var disk = SmallDisk.Ext4(32);
        var (part, head) = (Path.Combine(disk.Path, "head.part"), Path.Combine(disk.Path, "head"));
        File.WriteAllText(head, "41");
        File.WriteAllText(part, "42");
        using var lines = new FileStream(Path.Combine(disk.Path, "lines"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1);
        lines.Write("41\n"u8);
        using (var other = new FileStream(Path.Combine(disk.Path, "other"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1))
        {
            other.Write("a"u8);
            DiskFlush.File(other);
            DiskFlush.File(lines);
            DiskFlush.Folder(disk.Path);
            disk.FailUnwritten();
            File.Move(part, head, overwrite: true);
            lines.Write("42\n"u8);
            other.Write("b"u8);
            Assert.Throws<IOException>(() => DiskFlush.File(other));
        }

        Assert.Throws<IOException>(() => DiskFlush.Folder(disk.Path));
        Assert.Throws<IOException>(() => DiskFlush.File(lines));
        lines.Dispose();
        disk.Repair();
        Assert.Equal(("41", "41\n"), (File.ReadAllText(head), File.ReadAllText(Path.Combine(disk.Path, "lines"))));
    }

    /// <summary>
    /// A process is killed between the rename of <c>checkpoint</c> and its flush; the next one sees the new name in the cache, and dies in
    /// a power cut before it signs. What it remembered beside the key must be on the disk.
    /// </summary>
    [Fact]
    public void Head_WhoseNameWasNotFlushedWhenItsProcessWasKilled_IsPutOnTheDiskBeforeItIsRemembered()
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? string.Empty);
        using var disk = SmallDisk.Ext4(32);
        var checkpoint = Path.Combine(disk.Path, "ledger", "checkpoint");
        KillInsideOfTheSecondHead(disk.Path, checkpoint, out var second);
        File.WriteAllText(checkpoint + ".part", second);
        using (var part = new FileStream(checkpoint + ".part", FileMode.Open, FileAccess.ReadWrite))
            DiskFlush.File(part);
        File.Move(checkpoint + ".part", checkpoint, overwrite: true);
        using (Open(disk.Path))
            disk.MakeReadOnly();
        disk.Repair();
        using var again = Open(disk.Path);
        Assert.Empty(again.Findings);
        Assert.Equal(second, again.CheckpointNote);
    }

    /// <summary>The same before the rename: the next process dies before it signs, and the one after it accuses nobody.</summary>
    [Fact]
    public void Head_InTheDaysFileAlone_IsFinishedByTheNextStart()
    {
        var checkpoint = Path.Combine(_own["volume"], "ledger", "checkpoint");
        KillInsideOfTheSecondHead(_own["volume"], checkpoint, out var second);
        // What the killed process, or a disk that refused it, left of its write.
        File.WriteAllText(checkpoint + ".part", second[..40]);
        using (var next = Open(_own["volume"]))
            Assert.Empty(next.Findings);
        Assert.Equal(second, File.ReadAllText(checkpoint));
        Assert.False(File.Exists(checkpoint + ".part"));
        using var again = Open(_own["volume"]);
        Assert.Empty(again.Findings);
        Assert.Equal(second, again.CheckpointNote);
    }

    /// <summary>Leaves a volume whose newest head stands in the day's file, and neither in <c>checkpoint</c> nor in the memory.</summary>
    private void KillInsideOfTheSecondHead(string volume, string checkpoint, out string second)
    {
        using var log = Open(volume);
        log.Append(Entry(0));
        var first = log.Sign(Noon);
        log.Append(Entry(1));
        second = log.Sign(Noon.AddMinutes(1));
        File.WriteAllText(checkpoint, first);
        using (var file = new FileStream(checkpoint, FileMode.Open, FileAccess.ReadWrite))
            DiskFlush.File(file);
        DiskFlush.Folder(Path.GetDirectoryName(checkpoint)!);
        File.WriteAllText(_own["newest.head"], first);
    }

    [Fact]
    public void Hashes_DeletedBesideTheOpenLedger_AreMadeAgain()
    {
        using var log = Open(_own["volume"]);
        for (var i = 0; i < 10; i++)
            log.Append(Entry(i));
        log.Sign(Noon);
        var root = log.Root(10);
        File.Delete(Path.Combine(_own["volume"], "ledger", "hashes.bin"));
        Assert.Throws<LedgerException>(() => log.Append(Entry(10)));
        Assert.Equal(LedgerDamage.HashesMissing, Assert.Single(log.ReopenIfElsewhere()!.Found).Kind);
        Assert.Equal(root, log.Root(10));
    }

    [Fact]
    public async Task Cameras_AfterTheDiskCameBack_EnterWhatIsLostBeforeWhatIsNew()
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? string.Empty);
        using var disk = SmallDisk.Ext4(96);
        using var real = await RealDisk.NewAsync(disk);
        real.Open();
        for (var i = 0; i < 60; i++)
            real.Second();
        real.Log.Sign(real.Time.GetUtcNow());
        var signed = real.Log.Size;
        for (var i = 0; i < 60; i++)
            real.Second();
        var before = real.Log.Size;
        disk.MakeReadOnly();
        disk.ComeBack();
        var reopened = real.Log.ReopenIfElsewhere()!;
        Assert.Equal(before, reopened.Before);
        Assert.InRange(reopened.Now, signed, before - 1);
        for (var i = 0; i < 180; i++)
            real.Second();
        real.Log.Sign(real.Time.GetUtcNow());
        // Each camera's items stand there from its first on, none left out and none twice.
        var entries = real.Log.Read(0, real.Log.Size).Select(e => LedgerEntry.Parse(e)!).Where(e => e.Number is not null).ToList();
        foreach (var camera in entries.GroupBy(e => e.Camera))
            Assert.Equal(Enumerable.Range(1, camera.Count()).Select(n => (long?)n), camera.Select(e => e.Number));
        Assert.True(real.Log.Size > before);
        Assert.Empty(real.Log.Findings);
    }

    private static byte[] Entry(int number) => Encoding.UTF8.GetBytes(FormattableString.Invariant($"{{\"n\":{number}}}"));

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    private LedgerLog Open(string volume) => LedgerLog.Open(Path.Combine(volume, "ledger"), _own["key.pem"], Origin, _own["newest.head"]);
}
