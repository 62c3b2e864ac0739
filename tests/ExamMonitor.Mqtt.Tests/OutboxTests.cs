using System.Text;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests;

public sealed class OutboxTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private OutboxOptions Options => new() { Folder = _folder["outbox"] };

    [Fact]
    public async Task Outbox_Reopened_HoldsWhatWasNotAcknowledgedInOrder()
    {
        await using (var outbox = Outbox.Open(Options, TimeProvider.System))
        {
            foreach (var n in Enumerable.Range(1, 100))
                Assert.True(await Add(outbox, n));
            outbox.Acknowledge(40);
        }

        await using var again = Outbox.Open(Options, TimeProvider.System);
        Assert.Equal(Enumerable.Range(41, 60), Texts(again));
        Assert.True(await Add(again, 101));
        Assert.Equal(101, Texts(again)[^1]);
    }

    [Fact]
    public async Task Outbox_CopiedWhileOpen_HoldsEveryEventThatWasReportedDurable()
    {
        // A copy of the files without a stop is what a killed process leaves behind.
        await using var outbox = Outbox.Open(Options, TimeProvider.System);
        foreach (var n in Enumerable.Range(1, 50))
            Assert.True(await Add(outbox, n));
        var copy = CopyFolder();
        await using var recovered = Outbox.Open(new() { Folder = copy }, TimeProvider.System);
        Assert.Equal(Enumerable.Range(1, 50), Texts(recovered));
    }

    [Fact]
    public async Task Outbox_TailTornAtAnyByte_KeepsEveryWholeRecordAndGoesOn()
    {
        await using (var outbox = Outbox.Open(Options, TimeProvider.System))
        {
            foreach (var n in Enumerable.Range(1, 3))
                await Add(outbox, n);
        }

        var segment = Assert.Single(Directory.GetFiles(Options.Folder, "outbox-*.log"));
        var whole = await File.ReadAllBytesAsync(segment);
        var record = whole.Length / 3;
        for (var length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(segment, whole.AsMemory(0, length));
            await using var outbox = Outbox.Open(Options, TimeProvider.System);
            Assert.Equal(Enumerable.Range(1, length / record), Texts(outbox));
            Assert.True(await Add(outbox, 9));
            Assert.Equal(9, Texts(outbox)[^1]);
        }
    }

    [Fact]
    public async Task Outbox_AnyBitOfTheLastRecordFlipped_DropsThatRecordAlone()
    {
        await using (var outbox = Outbox.Open(Options, TimeProvider.System))
        {
            foreach (var n in Enumerable.Range(1, 2))
                await Add(outbox, n);
        }

        var segment = Assert.Single(Directory.GetFiles(Options.Folder, "outbox-*.log"));
        var whole = await File.ReadAllBytesAsync(segment);
        for (var bit = whole.Length / 2 * 8; bit < whole.Length * 8; bit++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            await File.WriteAllBytesAsync(segment, damaged);
            await using var outbox = Outbox.Open(Options, TimeProvider.System);
            Assert.Equal([1], Texts(outbox));
        }
    }

    [Fact]
    public async Task Outbox_Full_DropsTheOldestAndCountsThemAcrossRestarts()
    {
        var small = new OutboxOptions { Folder = _folder["outbox"], MaxRecords = 16 };
        await using (var outbox = Outbox.Open(small, TimeProvider.System))
        {
            foreach (var n in Enumerable.Range(1, 20))
                await Add(outbox, n);
            Assert.Equal((16, 4), (outbox.Count, outbox.Dropped));
        }

        await using var again = Outbox.Open(small, TimeProvider.System);
        Assert.Equal(Enumerable.Range(5, 16), Texts(again));
        Assert.Equal(4, again.Dropped);
    }

    [Fact]
    public async Task Outbox_LongRun_RemovesSegmentsThatAreDoneWith()
    {
        await using var outbox = Outbox.Open(Options, TimeProvider.System);
        var payload = new byte[256 * 1024];
        for (var n = 1; n <= 40; n++)
        {
            Assert.True(await outbox.AddAsync("t", payload));
            outbox.Acknowledge(n);
        }

        await Eventually.TrueAsync(() => new DirectoryInfo(Options.Folder).EnumerateFiles().Sum(f => f.Length) < 4 * 1024 * 1024);
    }

    [Fact]
    public async Task Outbox_MarkLost_SendsAgainRatherThanLosing()
    {
        await using (var outbox = Outbox.Open(Options, TimeProvider.System))
        {
            foreach (var n in Enumerable.Range(1, 5))
                await Add(outbox, n);
            outbox.Acknowledge(3);
        }

        await File.WriteAllBytesAsync(Path.Combine(Options.Folder, "done"), [1, 2, 3]);
        await using var again = Outbox.Open(Options, TimeProvider.System);
        Assert.Equal(Enumerable.Range(1, 5), Texts(again));
    }

    [Fact]
    public async Task Outbox_UsedByAnother_SaysSo()
    {
        await using var first = Outbox.Open(Options, TimeProvider.System);
        var refused = Assert.ThrowsAny<IOException>(() => Outbox.Open(Options, TimeProvider.System));
        Assert.Contains("no other agent uses this folder", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outbox_DiskGone_KeepsEventsInMemorySaysWhyAndRecovers()
    {
        var time = new ManualTimeProvider();
        await using var outbox = Outbox.Open(Options, time);
        var moved = _folder["elsewhere"];
        Directory.Move(Options.Folder, moved);
        Assert.False(await Add(outbox, 1));
        Assert.Contains("wait in memory", outbox.Fault!.En, StringComparison.Ordinal);
        Assert.Equal([1], Texts(outbox));
        Directory.Move(moved, Options.Folder);
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return outbox.Fault is null;
        });
        Assert.True(await Add(outbox, 2));
    }

    public void Dispose() => _folder.Dispose();

    private static Task<bool> Add(Outbox outbox, int number) => outbox.AddAsync("t", Encoding.ASCII.GetBytes(number.ToString("D4")));

    private static List<int> Texts(Outbox outbox)
    {
        var numbers = new List<int>();
        for (long at = 0; outbox.TryPeekAfter(at, out var record); at = record.Position)
            numbers.Add(int.Parse(Encoding.ASCII.GetString(record.Payload.Span)));
        return numbers;
    }

    private string CopyFolder()
    {
        var copy = _folder["copy"];
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(Options.Folder).Where(f => Path.GetFileName(f) != "lock"))
        {
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var to = File.Create(Path.Combine(copy, Path.GetFileName(file)));
            from.CopyTo(to);
        }

        return copy;
    }
}
