using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

/// <summary>Pictures between key frames repeat skipped blocks to the bit; key frames do not.</summary>
public sealed class BetweenKeyFramesTests
{
    private const int Group = 10;
    private readonly SyntheticRoom _room = new();

    [Fact]
    public void SkippedBlocks_OfALivingCamera_AreNoStandstill()
    {
        using var watch = Watch();
        // The coarsest coder: it skips every block of every picture between key frames.
        for (var s = 0; s < 12 * Group; s++)
            Assert.Equal([CameraHealth.Ok], Judge(watch, s, _room.Frame(s - (s % Group))).Health);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(63)]
    public void Standstill_WhoseKeyFramesRepeatEachOther_IsFoundThere(int begins)
    {
        using var watch = Watch();
        for (var s = 0; s < begins; s++)
            Assert.Equal([CameraHealth.Ok], Judge(watch, s, _room.Frame(s - (s % Group))).Health);
        var frozen = _room.Frame(begins);
        var found = Enumerable.Range(begins, 5 * Group).FirstOrDefault(s => Judge(watch, s, frozen).Health.Contains(CameraHealth.Frozen));
        Assert.InRange(found - begins, 1, (3 * Group) + 1);
    }

    [Fact]
    public void Standstill_OfACameraThatNeverSkippedAll_IsFoundBetweenKeyFrames()
    {
        using var watch = Watch();
        // A third of the picture is coded anew each second while the camera lives.
        for (var s = 0; s < 8 * Group; s++)
            Assert.Equal([CameraHealth.Ok], Judge(watch, s, Mixed(s)).Health);
        var frozen = Mixed((8 * Group) + 2);
        var found = Enumerable
            .Range(8 * Group, 2 * Group)
            .FirstOrDefault(s => Judge(watch, s, s % Group < 2 ? Mixed(s) : frozen).Health.Contains(CameraHealth.Frozen));
        Assert.InRange(found - (8 * Group) - 2, 3, 12);
    }

    [Fact]
    public void Movement_BetweenKeyFrames_EndsAStandstill()
    {
        using var watch = Watch();
        for (var s = 0; s < 4 * Group; s++)
            Judge(watch, s, _room.Frame(s));
        var frozen = _room.Frame(4 * Group);
        for (var s = 4 * Group; s < 8 * Group; s++)
            Judge(watch, s, frozen);
        Assert.Contains(CameraHealth.Frozen, watch.Last!.Health);
        for (var s = (8 * Group) + 1; s < 9 * Group; s++)
            Judge(watch, s, _room.Frame(s, change: SyntheticRoom.Patch(20 * (s % 25), 100, 90, 160, 60)));
        Assert.Equal([CameraHealth.Ok], watch.Last.Health);
    }

    [Fact]
    public void Picture_ThatNothingHasProvedLive_IsSaidToBeUnknown()
    {
        using var watch = Watch();
        for (var s = 0; s < 25; s++)
            Judge(watch, s, _room.Frame(0), s == 0 ? PictureKind.Key : PictureKind.Between);
        Assert.Equal([CameraHealth.Ok], watch.Last!.Health);
        Assert.Contains("stands still", watch.Last.Text!.En, StringComparison.Ordinal);
        Judge(watch, 25, _room.Frame(25, change: SyntheticRoom.Patch(100, 100, 120, 160, 60)), PictureKind.Between);
        Assert.Null(watch.Last.Text);
    }

    private byte[] Mixed(int s)
    {
        var (old, now) = (_room.Frame(s - (s % Group)), _room.Frame(s));
        // Every third column of blocks is new.
        for (var y = 0; y < SyntheticRoom.Height; y++)
        for (var x = 0; x < SyntheticRoom.Width; x++)
            if (x / 8 % 3 == 0)
                old[(y * SyntheticRoom.Width) + x] = now[(y * SyntheticRoom.Width) + x];
        return old;
    }

    private Watched Watch() => new(new(_room.Setup(), new()));

    private static CameraVerdict Judge(Watched watch, int second, byte[] frame, PictureKind? kind = null) =>
        watch.Last = watch.Camera.Judge(
            frame,
            SyntheticRoom.Size,
            SyntheticWatch.At(second),
            kind ?? (second % Group == 0 ? PictureKind.Key : PictureKind.Between)
        );

    private sealed class Watched(WatchedCamera camera) : IDisposable
    {
        public WatchedCamera Camera => camera;

        public CameraVerdict? Last { get; set; }

        public void Dispose() => camera.Dispose();
    }
}
