using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

/// <summary>
/// A room whose left half is dark in the evening, as commissioned: the evening has a picture of its own from the second minute on.
/// </summary>
public sealed class PartsOfTheDayTests
{
    private const int Evening = 120;
    private readonly SyntheticRoom _room = new();

    private static double Lamps(int x, int y, double luma) => SyntheticRoom.Dimmed(luma, x < 320 ? 0.28 : 0.9);

    private CameraSetup Setup(Func<byte[]>? picture = null, bool zone = true)
    {
        var evening = Picture.FromI420(
            picture?.Invoke() ?? _room.Frame(-2, noise: 0.5, light: Lamps),
            SyntheticRoom.Width,
            SyntheticRoom.Height
        );
        return _room.Setup() with
        {
            Variants = [new(new("00:02", "23:50", "evening.png"), evening)],
            Zone = zone ? TimeZoneInfo.Utc : null,
        };
    }

    /// <summary>An afternoon, then an evening; returns the verdict at its end.</summary>
    private CameraVerdict Watch(CameraSetup setup, Func<int, byte[]> evening, int seconds = 24)
    {
        using var watch = new SyntheticWatch(_room, setup: setup);
        watch.SkipTo(Evening - 6);
        watch.Feed(6);
        watch.Feed(seconds, evening);
        return watch.Last;
    }

    [Fact]
    public void Evening_AsCommissionedForTheHour_IsFine_AndWithoutItsPictureTooDark()
    {
        var fine = Watch(Setup(), s => _room.Frame(s, light: Lamps));
        Assert.Equal([CameraHealth.Ok], fine.Health);
        Assert.Equal("00:02–23:50", fine.Reference);
        Assert.All(fine.Stations, s => Assert.Equal((true, true), (s.Covered, s.Lit)));
        foreach (
            var verdict in (CameraVerdict[])
                [Watch(_room.Setup(), s => _room.Frame(s, light: Lamps)), Watch(Setup(zone: false), s => _room.Frame(s, light: Lamps))]
        )
        {
            Assert.Null(verdict.Reference);
            Assert.Equal([false, true, false, true], verdict.Stations.Select(s => s.Lit));
        }
    }

    [Fact]
    public void Evening_DarkerThanItsOwnPicture_IsTooDark()
    {
        var verdict = Watch(Setup(), s => _room.Frame(s, light: (x, y, l) => SyntheticRoom.Dimmed(Lamps(x, y, l), x > 320 ? 0.2 : 1)));
        Assert.Equal([true, false, true, false], verdict.Stations.Select(s => s.Lit));
    }

    [Fact]
    public void Evening_CabinetAndBump_AreFoundAsByDay()
    {
        var top = SyntheticRoom.Worktops[1];
        var obstructed = Watch(
            Setup(),
            s => _room.Frame(s, light: Lamps, change: SyntheticRoom.Patch(top.X - 10, top.Y - 10, top.W + 20, top.H + 20, 120)),
            58
        );
        Assert.Equal((false, Reasons.Obstructed), (obstructed.Stations[1].Covered, obstructed.Stations[1].Reason));
        var moved = Watch(Setup(), s => _room.Frame(s, light: Lamps, shift: (12, 5)));
        Assert.Equal([CameraHealth.Moved], moved.Health);
        Assert.Contains("00:02–23:50", moved.Text!.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Picture_ThatShowsACabinetOrAnotherView_IsRefusedAndHidesNothing()
    {
        var top = SyntheticRoom.Worktops[1];
        var cabinet = SyntheticRoom.Patch(top.X - 10, top.Y - 10, top.W + 20, top.H + 20, 120);
        foreach (
            var picture in (Func<byte[]>[])
                [
                    () => _room.Frame(-2, light: Lamps, change: cabinet),
                    () => _room.Frame(-2, light: Lamps, shift: (12, 5)),
                    () => _room.Frame(-2, light: Lamps, change: SyntheticRoom.Blur(3)),
                ]
        )
        {
            var verdict = Watch(Setup(picture), s => _room.Frame(s, change: cabinet), 58);
            Assert.Null(verdict.Reference);
            Assert.Equal((false, Reasons.Obstructed), (verdict.Stations[1].Covered, verdict.Stations[1].Reason));
            Assert.Contains("00:02–23:50", verdict.Text?.En, StringComparison.Ordinal);
            Assert.Contains("take it again", verdict.Text?.En, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("18:00", "06:30", "05:00", true)]
    [InlineData("18:00", "06:30", "18:00", true)]
    [InlineData("18:00", "06:30", "06:30", false)]
    [InlineData("06:30", "18:00", "12:00", true)]
    [InlineData("06:30", "18:00", "18:00", false)]
    public void Part_OfTheDay_HoldsItsStartAndNotItsEnd(string from, string to, string at, bool holds) =>
        Assert.Equal(
            holds,
            new MapReference(from, to, "x.png").Holds(TimeOnly.Parse(at, System.Globalization.CultureInfo.InvariantCulture))
        );

    [Fact]
    public void Mask_AnimatedLabelOverAStandingPicture_IsNeitherMovementNorRepetition()
    {
        PixelPoint[] label = [new(0, 0), new(640, 0), new(640, 40), new(0, 40)];
        var setup = _room.Setup() with { Masks = MaskRectangles.Of([label], SyntheticRoom.Size, SyntheticRoom.Size) };
        var still = _room.Frame(7);
        byte[] Frame(int second)
        {
            var frame = (byte[])still.Clone();
            _room.Frame(second, change: SyntheticRoom.Patch(second * 37 % 500, 0, 140, 40, 200)).AsSpan(0, 640 * 40).CopyTo(frame);
            return frame;
        }

        using var watch = new SyntheticWatch(_room, setup: setup);
        watch.Feed(6);
        Assert.NotNull(watch.Feed(14, Frame, v => v.Health.Contains(CameraHealth.Frozen)));
        using var view = new CameraView(setup.Reference.ToI420(), 640, 360, [], setup.Masks);
        var measures = new FrameMeasures(640, 360, 0);
        view.Measure(Frame(3), Homography.Identity, measures);
        Assert.All(measures.Hashes.Take(80 * 5), h => Assert.Equal(0, h));
        Assert.All(measures.Means.Take(80 * 5), m => Assert.Equal(0, m));
        Assert.True(measures.Hashes.Skip(80 * 5).Count(h => h != 0) > 200);
    }

    [Fact]
    public void MaskRectangles_AnyPolygon_HideItWhollyAndLittleMore()
    {
        Assert.Equal(
            [new PixelRectangle(20, 10, 60, 20)],
            MaskRectangles.Of(
                [
                    [new(10, 5), new(40, 5), new(40, 15), new(10, 15)],
                ],
                new(320, 180),
                new(640, 360)
            )
        );
        var strips = MaskRectangles.Of(
            [
                [new(100, 100), new(200, 100), new(100, 180)],
            ],
            new(640, 360),
            new(640, 360)
        );
        Assert.Equal(8, strips.Count);
        Assert.All(
            Enumerable.Range(0, 79),
            i =>
                Assert.Contains(
                    strips,
                    s => s.X <= 100 && s.X + s.Width >= 200 - (i * 100 / 80) && s.Y <= 100 + i && s.Y + s.Height > 100 + i
                )
        );
        Assert.InRange(strips.Sum(s => s.Width * s.Height), 4000, 5200);
        Assert.Empty(MaskRectangles.Of(null, new(640, 360), new(640, 360)));
    }
}
