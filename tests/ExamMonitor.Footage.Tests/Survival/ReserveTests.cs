using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Volumes;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>The room that footage never gets: when it is held, given back and made again, and what the next process knows of it.</summary>
public sealed class ReserveTests
{
    private const long Size = 64 << 10;

    private static readonly FootageOptions Options = new()
    {
        VolumePath = "/simulated",
        IndexPath = "/proc/elsewhere/index.db",
        Site = SiteId.Of("S1"),
        BookkeepingReserveBytes = Size,
    };

    private readonly SimulatedVolume _volume = new() { Capacity = 4 << 20 };
    private readonly Guid _id;

    public ReserveTests() => _id = VolumeIdentity.Create(_volume, SiteId.Of("S1"), ArchiveBench.Start).Id;

    [Fact]
    public void Reserve_OfASmallVolume_IsASmallPartOfIt()
    {
        _volume.Capacity = 1 << 20;
        var reserve = Open(_volume);
        Assert.Equal((1 << 15, 1 << 16, 1L << 15), (reserve.SizeBytes, reserve.ResumeAtBytes, _volume.Length(VolumeIdentity.ReserveName)));
        Assert.False(reserve.FootageWaits);
    }

    [Fact]
    public void Reserve_WhenFull_IsGivenBackOnceAndMadeAgainWithTwiceItsRoom()
    {
        var reserve = Open(_volume);
        var pressed = 0;
        reserve.Pressed += () => pressed++;
        FillUp(0);
        Assert.True(reserve.NoteFailure(DiskFull.Error("x")));
        Assert.False(reserve.NoteFailure(new FootageException("write", "x", "look", DiskFull.Error("x"))));
        Assert.Equal((true, 2, 0L), (reserve.FootageWaits, pressed, _volume.Length(VolumeIdentity.ReserveName)));
        Assert.False(reserve.TryResume());
        FillUp(2 * Size - 1);
        Assert.False(reserve.TryResume());
        FillUp(2 * Size);
        Assert.True(reserve.TryResume());
        Assert.Equal((false, Size), (reserve.FootageWaits, _volume.Length(VolumeIdentity.ReserveName)));
    }

    [Fact]
    public void OtherFailures_AndAFullDiskWithRoomLeft_TakeNothingFromIt()
    {
        var reserve = Open(_volume);
        Assert.False(reserve.NoteFailure(DiskFull.Error("no names are left")));
        FillUp(0);
        Assert.False(reserve.NoteFailure(new IOException("Input/output error", FaultyVolume.IoError)));
        // The index lies on another disk: that one is full.
        Assert.True(
            !OperatingSystem.IsLinux()
                || !reserve.NoteFailure(
                    new FootageException("write the index", "x", "look", new Microsoft.Data.Sqlite.SqliteException("full", 13))
                )
        );
        Assert.Equal((false, Size), (reserve.FootageWaits, _volume.Length(VolumeIdentity.ReserveName)));
    }

    [Fact]
    public void NeverMade_ForWantOfRoom_FootageGoesIntoWhatThereIs_AndWaitsOnceItIsFull()
    {
        FillUp(Size);
        var reserve = Open(_volume);
        Assert.Equal((false, null), (reserve.FootageWaits, _volume.Length(VolumeIdentity.ReserveName)));
        FillUp(0);
        Assert.False(reserve.NoteFailure(DiskFull.Error("x")));
        Assert.True(reserve.FootageWaits && Open(_volume).FootageWaits);
    }

    [Fact]
    public void OtherVolumeAtThePath_GetsNoByte()
    {
        var reserve = Open(_volume);
        FillUp(0);
        _volume.Remove();
        _volume.Ballast = 0;
        Assert.False(reserve.NoteFailure(DiskFull.Error("x")));
        Assert.False(new BookkeepingReserve(_volume, _id, Options, NullLogger.Instance).TryResume() && _volume.AllFiles().Any());
        Assert.Empty(_volume.AllFiles());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ProcessKilled_AtEveryStepOfGivingBackAndMaking_NextStartKnowsWhatIsHeld(bool power)
    {
        for (var step = 0; step < 40; step++)
        {
            var test = new ReserveTests();
            var volume = test._volume;
            _ = Open(volume);
            var count = 0;
            volume.Before = (_, _, _) =>
            {
                if (count++ != step)
                    return;
                volume.Dead = true;
                throw new ProcessDeathException();
            };
            var died = Record.Exception(() => GiveBackAndMake(test));
            volume.Before = null;
            var next = power ? volume.AfterPowerCut(step) : volume.AfterKill();
            var after = Open(next);
            // Whatever it finds, with room for it the file is whole in the end, and footage goes on.
            Assert.True(after.TryResume() && !after.FootageWaits, $"step {step}");
            Assert.True(next.Length(VolumeIdentity.ReserveName) >= Size, $"step {step}");
            if (died is null)
            {
                Assert.InRange(step, 5, 39);
                return;
            }
        }

        Assert.Fail("It never came through.");
    }

    [Fact]
    public async Task Flush_OfADiskWhoseSectorsRanOut_FailsAndIsNoFullDisk()
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? "");
        using var disk = SmallDisk.FailingExt4(24, 6);
        var volume = new DiskVolume(disk.Path);
        using var file = volume.Create("a");
        var block = new byte[1 << 20];
        Random.Shared.NextBytes(block);
        var failure = await Task.Run(() =>
            Record.Exception(() =>
            {
                for (var i = 0; i < 16; i++)
                {
                    file.Append([block]);
                    file.Flush();
                }
            })
        );
        Assert.True(failure is IOException && !DiskFull.Is(failure), $"{failure}");
    }

    private static void GiveBackAndMake(ReserveTests test)
    {
        test.FillUp(0);
        var reserve = new BookkeepingReserve(test._volume, test._id, Options, NullLogger.Instance);
        reserve.Open();
        _ = reserve.NoteFailure(DiskFull.Error("x"));
        test.FillUp(4 * Size);
        _ = reserve.TryResume();
    }

    private static BookkeepingReserve Open(SimulatedVolume volume)
    {
        var reserve = new BookkeepingReserve(volume, VolumeIdentity.Read(volume)!.Id, Options, NullLogger.Instance);
        reserve.Open();
        return reserve;
    }

    private void FillUp(long leave)
    {
        _volume.Ballast = 0;
        _volume.Ballast = _volume.FreeBytes()!.Value - leave;
    }
}
