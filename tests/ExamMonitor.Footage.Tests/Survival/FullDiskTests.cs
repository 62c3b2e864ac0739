using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Volumes;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>
/// Cameras record onto a small real disk until it is full; what was whole stays whole, and what may go makes room for what must be kept.
/// </summary>
public sealed class FullDiskTests
{
    private const long Reserve = 384 << 10;

    public FullDiskTests() => Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? "");

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(true, Reserve)]
    public async Task RealDisk_RecordedUntilFullAndStopped_VerifyFindsEverythingIntact(bool ext4, long reserve)
    {
        using var disk = ext4 ? SmallDisk.Ext4(12) : SmallDisk.Tmpfs(6);
        using var real = await RealDisk.NewAsync(disk, reserve);
        real.Open();
        var seconds = real.RecordUntilFull();
        for (var i = 0; i < 30; i++)
            real.Second();
        real.Stop();
        var report = real.Verify();
        Assert.True(report.ContentIntact && report.OrderProved, string.Join('\n', report.Findings));
        Assert.InRange(report.Segments, seconds / 6, seconds);
        // A torn fragment of each camera is all that is lost before the first failure.
        Assert.True(real.HeldSeconds() >= 2 * (seconds - 2), $"{seconds} s of two cameras, {real.HeldSeconds()} s held");
        if (reserve > 0)
            Assert.True(report.SignatureHolds && report.UncoveredEntries == 0, "with a reserve the head of a full disk is signed");
    }

    [Fact]
    public async Task RealDisk_FullAtEveryPlace_NothingIsCalledChangedAndTheNextStartGoesOn()
    {
        using var disk = SmallDisk.Tmpfs(8);
        // Each run finds the disk full at another of its writes: block by block, of footage, day lines, ledger and heads.
        for (var leave = 4096; leave <= 60 * 4096; leave += 4096)
        {
            using var real = await RealDisk.NewAsync(disk);
            real.Open(cameras: 1);
            for (var i = 0; i < 3; i++)
                real.Second();
            disk.Fill(leave);
            for (var i = 0; i < 14; i++)
                real.Second();
            real.Stop();
            disk.MakeRoom();
            real.Open(cameras: 1);
            for (var i = 0; i < 3; i++)
                real.Second();
            real.Stop();
            var report = real.Verify();
            Assert.True(report.Findings.Count == 0, $"full after {leave} bytes: {string.Join('\n', report.Findings)}");
            Assert.True(real.HeldSeconds() >= 5, $"full after {leave} bytes: {real.HeldSeconds()} s held");
            foreach (var entry in Directory.EnumerateDirectories(disk.Path))
                Directory.Delete(entry, recursive: true);
            foreach (var entry in Directory.EnumerateFiles(disk.Path))
                File.Delete(entry);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task RealDisk_InputOutputErrorAtEveryOperation_NothingIsCalledChangedAndTheNextStartGoesOn(int operations)
    {
        using var disk = SmallDisk.Tmpfs(8);
        var steps = int.MaxValue;
        for (var step = 6; step < steps; step++)
        {
            using var real = await RealDisk.NewAsync(disk);
            var (from, seen) = (step, 0);
            real.Wrap = v => new FaultyVolume(v)
            {
                Before = (number, operation, path) =>
                {
                    seen = number;
                    if (number >= from && number < from + operations)
                        throw new IOException($"Input/output error : '{path}'", FaultyVolume.IoError);
                },
            };
            try
            {
                real.Open(cameras: 1);
                for (var i = 0; i < 14; i++)
                    real.Second();
                real.Stop();
            }
            catch (FootageFatalException)
            {
                real.Kill();
            }

            if (step == 6)
                steps = seen;
            real.Wrap = v => v;
            real.Open(cameras: 1);
            for (var i = 0; i < 3; i++)
                real.Second();
            real.Stop();
            var report = real.Verify();
            Assert.True(report.Findings.Count == 0, $"operation {step} failed: {string.Join('\n', report.Findings)}");
            foreach (var entry in Directory.EnumerateDirectories(disk.Path))
                Directory.Delete(entry, recursive: true);
            foreach (var entry in Directory.EnumerateFiles(disk.Path))
                File.Delete(entry);
        }

        Assert.InRange(steps, 40, 400);
    }

    [Fact]
    public async Task TornTail_ThatCannotBeCutAtOnce_IsCutBeforeTheNextSegmentAndNothingWholeIsLost()
    {
        using var disk = SmallDisk.Tmpfs(8);
        using var real = await RealDisk.NewAsync(disk);
        var failing = 0;
        real.Wrap = v => new FaultyVolume(v)
        {
            Before = (_, operation, path) =>
            {
                if (
                    path.EndsWith(".part", StringComparison.Ordinal)
                    && ((operation == "write" && failing == 1) || (operation == "cut" && failing > 0))
                )
                    throw new IOException($"Input/output error : '{path}'", FaultyVolume.IoError);
            },
        };
        real.Open(cameras: 1);
        for (var i = 0; i < 6; i++)
            real.Second();
        failing = 1;
        real.Second();
        Assert.True(real.InTrouble);
        Assert.Empty(Directory.EnumerateFiles(disk.Path, "*.mp4", SearchOption.AllDirectories));
        failing = 0;
        for (var i = 0; i < 4; i++)
            real.Second();
        Assert.Single(Directory.EnumerateFiles(disk.Path, "*Z.mp4", SearchOption.AllDirectories));
        real.Stop();
        Assert.Empty(real.Verify().Findings);
        Assert.True(real.HeldSeconds() >= 6 + 2.5, $"{real.HeldSeconds()} s held");
    }

    [Fact]
    public async Task TornTail_ThatCannotBeCutAnyMore_IsCutByTheNextStart()
    {
        using var disk = SmallDisk.Tmpfs(8);
        using var real = await RealDisk.NewAsync(disk);
        var failing = 0;
        real.Wrap = v => new FaultyVolume(v)
        {
            Before = (_, operation, path) =>
            {
                if (
                    (operation == "write" && failing == 1 && path.EndsWith(".part", StringComparison.Ordinal))
                    || (operation == "cut" && failing > 0)
                )
                    throw new IOException($"Input/output error : '{path}'", FaultyVolume.IoError);
            },
        };
        real.Open(cameras: 1);
        for (var i = 0; i < 6; i++)
            real.Second();
        failing = 1;
        real.Second();
        // The file cannot be cut, others can be written: the recording goes on beside it.
        failing = 2;
        for (var i = 0; i < 4; i++)
            real.Second();
        Assert.True(real.Recording);
        real.Stop();
        real.Wrap = v => v;
        real.Open(cameras: 1);
        real.Stop();
        Assert.Empty(real.Verify().Findings);
        Assert.True(real.HeldSeconds() >= 6 + 2.5, $"{real.HeldSeconds()} s held");
    }

    [Fact]
    public async Task RealDisk_FullOfIdleFootage_ClearsItselfByItsReserveAndGoesOn()
    {
        using var disk = SmallDisk.Ext4(12);
        using var real = await RealDisk.NewAsync(disk, Reserve);
        real.Open();
        var retention = real.Retain();
        var pressed = 0;
        real.Archive!.Pressed += () => pressed++;
        _ = real.RecordUntilFull();
        RealDisk.Pass(real, retention, 3);
        _ = real.RecordUntilFull();
        var free = disk.FreeBytes;
        Assert.True(pressed > 0, "nobody was told");
        Assert.InRange(free, Reserve / 2, Reserve + (256 << 10));
        Assert.True(real.Archive.ProbeVolume() is { Fault: VolumeFault.Full, Text: { En.Length: > 40, Zh.Length: > 10 } });
        // Footage does not eat the room that its clearing needs.
        for (var i = 0; i < 20; i++)
            real.Second();
        Assert.False(real.Recording);
        Assert.InRange(disk.FreeBytes, free - (64 << 10), free + (64 << 10));

        _ = retention.PlaceHold(
            new(
                [new(ArchiveBench.Room, null, null, null, real.Time.GetUtcNow().AddSeconds(-1), real.Time.GetUtcNow())],
                "dispute",
                "Li",
                null
            )
        );
        var report = retention.Sweep("space is short", full: false, CancellationToken.None);
        Assert.True(report.Destroyed > 0, $"{report}");
        for (var i = 0; i < 12; i++)
            real.Second();
        Assert.True(real.Recording, "room was made, and footage still waits");
        Assert.Equal(real.Archive.Context.Reserve.SizeBytes, new FileInfo(Path.Combine(disk.Path, VolumeIdentity.ReserveName)).Length);
        Assert.Equal(VolumeFault.None, real.Archive.ProbeVolume().Fault);
        real.Stop();
        Assert.Empty(real.Verify().Findings);
    }

    [Fact]
    public async Task RealDisk_FullWithoutAReserve_CannotClearItself()
    {
        // What the reserve is for: this is how it stood without one.
        using var disk = SmallDisk.Ext4(12);
        using var real = await RealDisk.NewAsync(disk);
        real.Open();
        var retention = real.Retain();
        _ = real.RecordUntilFull();
        RealDisk.Pass(real, retention, 3);
        disk.Fill(0);
        Assert.True(
            DiskFull.Is(Assert.ThrowsAny<IOException>(() => retention.Sweep("space is short", full: false, CancellationToken.None)))
        );
    }

    [Theory]
    [InlineData(Reserve, false, false)]
    [InlineData(Reserve, true, false)]
    [InlineData(Reserve, false, true)]
    [InlineData(0L, false, false)]
    [InlineData(0L, true, true)]
    public async Task RealDisk_FullAtTheStart_OpensAndClearsItself(long reserve, bool killed, bool filledMeanwhile)
    {
        using var disk = SmallDisk.Ext4(12);
        using var real = await RealDisk.NewAsync(disk, reserve);
        real.Open();
        var retention = real.Retain();
        if (filledMeanwhile)
        {
            for (var i = 0; i < 25; i++)
                real.Second();
        }
        else
        {
            _ = real.RecordUntilFull();
        }

        RealDisk.Pass(real, retention, 3);
        if (killed)
            real.Kill();
        else
            real.Stop();
        // Somebody else's files, while the agent is off; or nothing at all is left, where nothing was kept.
        if (filledMeanwhile || reserve == 0)
            disk.Fill(0);
        real.Open();
        retention = real.Retain();
        Assert.Null(retention.NothingIsDestroyed());
        real.Second();
        if (reserve > 0)
        {
            Assert.True(retention.Sweep("space is short", full: false, CancellationToken.None).Destroyed > 0);
            if (filledMeanwhile)
                disk.MakeRoom();
            for (var i = 0; i < 12; i++)
                real.Second();
            Assert.True(real.Recording, "room was made, and footage still waits");
        }

        if (reserve == 0)
            disk.MakeRoom();
        real.Stop();
        Assert.Empty(real.Verify().Findings);
    }
}
