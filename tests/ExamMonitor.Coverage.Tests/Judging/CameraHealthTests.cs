using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

public sealed class CameraHealthTests
{
    private const int Grace = 15;

    [Fact]
    public void Camera_LookingAtItsCommissionedView_IsOkFromTheFirstPictureOn()
    {
        using var watch = new SyntheticWatch(new());
        Assert.Null(watch.Feed(40, s => watch.Room.Frame(s), v => v.Health is not [CameraHealth.Ok]));
        Assert.All(watch.Last.Stations, s => Assert.Equal((true, true), (s.Covered, s.Lit)));
    }

    [Theory]
    [InlineData(CameraHealth.Covered)]
    [InlineData(CameraHealth.Moved)]
    [InlineData(CameraHealth.Defocused)]
    [InlineData(CameraHealth.Dark)]
    [InlineData(CameraHealth.Overexposed)]
    [InlineData(CameraHealth.Frozen)]
    [InlineData(CameraHealth.Noisy)]
    [InlineData(CameraHealth.ColourCast)]
    public void Fault_ThatLasts_IsReportedAloneWithinGraceAndClearedAfterwards(CameraHealth fault)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(12);
        var frozen = room.Frame(500);
        byte[] Faulty(int s) =>
            fault switch
            {
                CameraHealth.Covered => room.Frame(s, change: SyntheticRoom.Patch(0, 0, 640, 360, 110)),
                CameraHealth.Moved => room.Frame(s, shift: (14, 5)),
                CameraHealth.Defocused => room.Frame(s, change: SyntheticRoom.Blur(2)),
                CameraHealth.Dark => room.Frame(s, light: (x, y, l) => x < 60 && y < 60 ? 200 : SyntheticRoom.Dimmed(l, 0.02)),
                CameraHealth.Overexposed => room.Frame(s, light: (_, _, l) => l * 2.6),
                CameraHealth.Frozen => frozen,
                CameraHealth.Noisy => room.Frame(s, noise: 8),
                _ => room.Frame(s, cast: (-14, 10)),
            };
        var found = watch.Feed(30, Faulty, v => v.Health.Contains(fault));
        Assert.InRange(found ?? 99, 2, Grace);
        Assert.Equal([fault], watch.Last.Health);
        Assert.NotNull(watch.Last.Text);
        // The first picture that stands still is like any other; the second one repeats it, and may have been sent twice; the third one
        // tells.
        Assert.Equal(SyntheticWatch.At(fault == CameraHealth.Frozen ? 14 : 12), watch.Last.Since);
        var cleared = watch.Feed(25, s => room.Frame(s), v => v.Health is [CameraHealth.Ok]);
        Assert.InRange(cleared ?? 99, 1, 20);
    }

    /// <summary>
    /// A wipe takes the cover away and leaves the lens out of focus: there is no moment between the two in which all is well.
    /// </summary>
    [Fact]
    public void Cover_ThatLeavesABlurBehind_IsFollowedByTheBlurWithoutAnOkBetween()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(12);
        watch.Feed(10, s => room.Frame(s, change: SyntheticRoom.Patch(0, 0, 640, 360, 110)));
        Assert.Equal([CameraHealth.Covered], watch.Last.Health);
        var well = watch.Feed(30, s => room.Frame(s, change: SyntheticRoom.Blur(2)), v => v.Health is [CameraHealth.Ok]);
        Assert.Null(well);
        Assert.Equal([CameraHealth.Defocused], watch.Last.Health);
        Assert.Equal(SyntheticWatch.At(12), watch.Last.Since);
        Assert.NotNull(watch.Feed(25, s => room.Frame(s), v => v.Health is [CameraHealth.Ok]));
    }

    [Theory]
    [InlineData(0.45, true)]
    [InlineData(0.25, true)]
    [InlineData(0.12, false)]
    public void SharpSheet_OverAPart_CoversFromAFifthOfTheView(double share, bool covered)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(8);
        // As sharp and as rich in edges as the room itself: neither plain nor unsharp.
        static void Sheet(byte[] picture, double share)
        {
            for (var y = 0; y < SyntheticRoom.Height; y++)
            for (var x = 0; x < share * SyntheticRoom.Width; x++)
                picture[(y * SyntheticRoom.Width) + x] = (byte)((((x / 11) * 7) + ((y / 9) * 5)) % 13 < 6 ? 70 : 170);
        }

        var found = watch.Feed(25, s => room.Frame(s, change: p => Sheet(p, share)), v => v.Health.Contains(CameraHealth.Covered));
        if (covered)
            Assert.InRange(found ?? 99, 2, Grace);
        else
            Assert.Null(found);
    }

    [Fact]
    public void Fault_ThatPassesQuickly_IsNeverReported()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        var seen = watch.Feed(
            40,
            s => s % 12 < 4 ? room.Frame(s, change: SyntheticRoom.Patch(0, 0, 640, 360, 110)) : room.Frame(s),
            v => v.Health is not [CameraHealth.Ok]
        );
        Assert.Null(seen);
    }

    [Fact]
    public void Turn_IsReportedInDegreesDirectionAndStationsThatLeft()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(8);
        watch.Feed(12, s => room.Frame(s, shift: (-150, 0)));
        Assert.Equal([CameraHealth.Moved], watch.Last.Health);
        Assert.InRange(watch.Last.Displacement!.Degrees, 16.2, 17.2);
        Assert.Contains("to the right", watch.Last.Text!.En, StringComparison.Ordinal);
        Assert.Contains("Stations S1 and S3 left the picture", watch.Last.Text!.En, StringComparison.Ordinal);
        Assert.All(watch.Last.Stations, s => Assert.Equal((null, "camera:moved"), (s.Covered, s.Reason)));
        Assert.NotNull(watch.Last.MovedBy);
    }

    [Fact]
    public void SmallTurn_IsReportedAndStationsAreJudgedAtTheirNewPlaces()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(8);
        watch.Feed(15, s => room.Frame(s, shift: (14, 5)));
        Assert.Equal([CameraHealth.Moved], watch.Last.Health);
        Assert.All(watch.Last.Stations, s => Assert.True(s.Covered));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(1.5)]
    public void Sway_OfAPixelOrSo_IsNoFault(double pixels)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        Assert.Null(
            watch.Feed(
                30,
                s => room.Frame(s, shift: (Math.Sin(s) * pixels, Math.Cos(s * 1.7) * pixels)),
                v => v.Health is not [CameraHealth.Ok]
            )
        );
        Assert.All(watch.Last.Stations, s => Assert.True(s.Covered));
    }

    [Fact]
    public void BlackPicture_IsDarkAndPerhapsCovered_AndSaysThatItCannotTell()
    {
        using var watch = new SyntheticWatch(new());
        watch.Feed(8);
        watch.Feed(20, s => watch.Room.Frame(s, light: (_, _, _) => 16));
        Assert.Equal([CameraHealth.Dark, CameraHealth.Covered], watch.Last.Health);
        Assert.Contains("lens is covered, or there is no light", watch.Last.Text!.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Loop_FedInAgain_IsReportedAsReplayOfItsAge()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(20);
        var found = watch.Feed(25, s => room.Frame(10 + (s % 10)), v => v.Health.Contains(CameraHealth.Frozen));
        Assert.InRange(found ?? 99, 3, Grace);
        Assert.Contains("10 s ago over again", watch.Last.Text!.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, 10, 12)]
    [InlineData(25, 8, 14)]
    public void Loop_RecordedAWhileAgo_StaysReportedThroughItsTurns(int begins, int from, int length)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(begins);
        // Seconds 10 to 21 were shown once, eight more followed, and now they come again and again: at distances of 20, 12, 24, 32
        // pictures; or 8 to 21 at 17, 14, 31.
        byte[] Loop(int s) => room.Frame(from + ((s - begins) % length));
        Assert.InRange(watch.Feed(16, Loop, v => v.Health.Contains(CameraHealth.Frozen)) ?? 99, 3, Grace);
        Assert.Null(watch.Feed(44, Loop, v => !v.Health.Contains(CameraHealth.Frozen)));
    }

    [Theory]
    [InlineData(1.0, true)]
    [InlineData(0.6, false)]
    public void Colour_ThatIsWrongEverywhere_IsACast_OnAPartOfTheViewNot(double share, bool cast)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(8);
        byte[] Tinted(byte[] picture)
        {
            const int across = SyntheticRoom.Width / 2,
                plane = across * SyntheticRoom.Height / 2;
            for (var i = 0; i < plane; i++)
                if (i % across < share * across)
                    (picture[(4 * plane) + i], picture[(5 * plane) + i]) = (
                        (byte)(picture[(4 * plane) + i] + 7),
                        (byte)(picture[(5 * plane) + i] - 4)
                    );
            return picture;
        }

        var found = watch.Feed(20, s => Tinted(room.Frame(s)), v => v.Health.Contains(CameraHealth.ColourCast));
        if (cast)
            Assert.InRange(found ?? 99, 2, Grace);
        else
            Assert.Null(found);
    }

    [Fact]
    public void StillPicture_BesideMovement_IsNotFrozen()
    {
        // A camera without any noise of its own: everything but the walker is bit-identical.
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        Assert.Null(
            watch.Feed(
                30,
                s => room.Frame(0, noise: 0, change: SyntheticRoom.Patch(200 + (s * 5), 60, 40, 110, 60)),
                v => v.Health.Contains(CameraHealth.Frozen)
            )
        );
    }

    [Fact]
    public void SilentCamera_IsLostAfterSixSeconds_AndBackWithItsFirstPictures()
    {
        using var watch = new SyntheticWatch(new());
        watch.Feed(10);
        Assert.Null(watch.Tick(14));
        var lost = watch.Tick(16);
        Assert.Equal([CameraHealth.SignalLost], lost!.Health);
        Assert.All(lost.Stations, s => Assert.Equal((null, null, "camera:signal-lost"), (s.Covered, s.Lit, s.Reason)));
        watch.Feed(3);
        Assert.Equal([CameraHealth.Ok], watch.Last.Health);
    }

    [Fact]
    public void SlowCamera_WithAPictureEachTenSeconds_IsNotLostBetweenThem()
    {
        var room = new SyntheticRoom();
        using var camera = new WatchedCamera(room.Setup(), new());
        for (var s = 0; s < 60; s += 10)
        {
            camera.Judge(room.Frame(s), SyntheticRoom.Size, SyntheticWatch.At(s));
            if (s > 0)
                Assert.Null(camera.Tick(SyntheticWatch.At(s + 9.5)));
        }

        Assert.Equal([CameraHealth.SignalLost], camera.Tick(SyntheticWatch.At(80))!.Health);
    }

    [Fact]
    public void CameraThatNeverSentAPicture_IsLostToo()
    {
        using var watch = new SyntheticWatch(new());
        Assert.Null(watch.Tick(100));
        Assert.Equal([CameraHealth.SignalLost], watch.Tick(107)!.Health);
    }

    [Fact]
    public void Clock_SetBackBetweenTwoPictures_RaisesNothing()
    {
        var room = new SyntheticRoom();
        using var camera = new WatchedCamera(room.Setup(), new());
        for (var s = 0; s < 20; s++)
            camera.Judge(room.Frame(s), SyntheticRoom.Size, SyntheticWatch.At(10_000 + s));
        CameraVerdict last = null!;
        for (var s = 0; s < 5; s++)
            last = camera.Judge(
                room.Frame(40 + s, change: SyntheticRoom.Patch(0, 0, 640, 360, 110)),
                SyntheticRoom.Size,
                SyntheticWatch.At(9_000 + s)
            );
        Assert.Equal([CameraHealth.Ok], last.Health);
    }

    [Fact]
    public void Picture_Judged_AllocatesASmallConstantOfManagedMemory()
    {
        var room = new SyntheticRoom();
        using var camera = new WatchedCamera(room.Setup(), new());
        var frames = Enumerable.Range(0, 4).Select(s => room.Frame(s)).ToArray();
        for (var s = 0; s < 8; s++)
            camera.Judge(frames[s % 4], SyntheticRoom.Size, SyntheticWatch.At(s));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var s = 8; s < 28; s++)
            camera.Judge(frames[s % 4], SyntheticRoom.Size, SyntheticWatch.At(s));
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 0, 16 * 1024);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.5, 10)]
    [InlineData(0.75, 10)]
    [InlineData(1.0, 60)]
    public void Cover_OfHalfTheViewOrMore_IsFoundHoweverSlowlyItComes(double extent, int onsetSeconds)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(8);
        byte[] Covered(int s) =>
            room.Frame(
                s,
                change: SyntheticRoom.Patch(0, 0, (int)(640 * extent * Math.Min(1, (s - 7.0) / Math.Max(1, onsetSeconds))), 360, 90)
            );
        var found = watch.Feed(onsetSeconds + 20, Covered, v => v.Health.Contains(CameraHealth.Covered));
        Assert.InRange(found ?? 999, 1, onsetSeconds + 15);
        Assert.Contains(CameraHealth.Covered, watch.Last.Health);
    }

    [Fact]
    public void DaylightThatRampsForAnHour_IsNoFault()
    {
        // One picture in forty seconds stands for the hour; light falls to 60 % and rises to 140 %, its colour drifts.
        var room = new SyntheticRoom();
        using var camera = new WatchedCamera(room.Setup(), new());
        for (var s = 0; s < 3600; s += 40)
        {
            var phase = Math.Sin(s / 3600.0 * 2 * Math.PI);
            var verdict = camera.Judge(
                room.Frame(s, light: (_, _, l) => SyntheticRoom.Dimmed(l, 1 + (0.4 * phase)), cast: ((int)(-3 * phase), (int)(3 * phase))),
                SyntheticRoom.Size,
                SyntheticWatch.At(s)
            );
            Assert.Equal([CameraHealth.Ok], verdict.Health);
            Assert.DoesNotContain(verdict.Stations, v => v.Lit == false || v.Covered == false);
        }
    }
}
