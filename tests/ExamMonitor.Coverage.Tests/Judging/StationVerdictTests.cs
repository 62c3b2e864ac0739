using ExamMonitor.Coverage.Judging;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

public sealed class StationVerdictTests
{
    private static StationVerdict Of(CameraVerdict verdict, string station) => verdict.Stations.Single(s => s.Station.Text == station);

    [Fact]
    public void Cabinet_InFrontOfAStation_ObstructsItWithinAMinuteAndNoOther()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        byte[] Blocked(int s) => room.Frame(s, change: SyntheticRoom.Patch(50, 60, 150, 110, 95));
        var occluded = watch.Feed(5, Blocked, v => Of(v, "S1").Reason == Reasons.Occluded);
        Assert.InRange(occluded ?? 99, 0, 4);
        Assert.True(Of(watch.Last, "S1").Covered);
        var found = watch.Feed(60, Blocked, v => Of(v, "S1").Covered == false);
        Assert.InRange(found ?? 99, 30, 55);
        Assert.Equal(Reasons.Obstructed, Of(watch.Last, "S1").Reason);
        Assert.All(new[] { "S2", "S3", "S4" }, s => Assert.True(Of(watch.Last, s).Covered));
        var cleared = watch.Feed(25, s => room.Frame(s), v => Of(v, "S1").Covered == true);
        Assert.InRange(cleared ?? 99, 1, 15);
    }

    [Fact]
    public void Person_WhoMovesInFrontOfAStation_NeverObstructsIt()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        var random = new Random(3);
        watch.Feed(10);
        var said = watch.Feed(
            240,
            s =>
            {
                // Someone stands at the desk, sways, bends and turns every few seconds.
                var (dx, h) = (random.Next(-25, 25), random.Next(90, 130));
                return room.Frame(
                    s,
                    change: p =>
                    {
                        SyntheticRoom.Patch(55 + dx, 60, 130, h, 70)(p);
                        SyntheticRoom.Patch(80 + dx, 70, 40, 25 + (h / 5), 150)(p);
                    }
                );
            },
            v => Of(v, "S1").Covered != true
        );
        Assert.Null(said);
    }

    [Fact]
    public void PersonWhoSits_AndHidesAThird_CoversNothing()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(5);
        Assert.Null(
            watch.Feed(120, s => room.Frame(s, change: SyntheticRoom.Patch(60, 70, 45, 110, 60)), v => Of(v, "S1").Covered != true)
        );
    }

    [Fact]
    public void Lamp_OutOverOneStation_MakesItTooDark()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        var found = watch.Feed(
            30,
            s => room.Frame(s, light: (x, y, l) => x < 240 && y < 190 ? SyntheticRoom.Dimmed(l, 0.33) : l),
            v => Of(v, "S1").Lit == false
        );
        Assert.InRange(found ?? 99, 5, 20);
        Assert.Equal(Reasons.TooDark, Of(watch.Last, "S1").Reason);
        Assert.All(new[] { "S2", "S3", "S4" }, s => Assert.True(Of(watch.Last, s).Lit));
        Assert.All(watch.Last.Stations, s => Assert.True(s.Covered));
        var cleared = watch.Feed(25, s => room.Frame(s), v => Of(v, "S1").Lit == true);
        Assert.InRange(cleared ?? 99, 1, 20);
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(1.4)]
    public void Exposure_ThatChangesTheWholePicture_MakesNoStationDark(double factor)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(5);
        Assert.Null(
            watch.Feed(
                40,
                s => room.Frame(s, light: (_, _, l) => SyntheticRoom.Dimmed(l, factor)),
                v => v.Stations.Any(x => x.Lit != true || x.Covered != true)
            )
        );
    }

    [Fact]
    public void DimRoom_WhoseGainHidesIt_IsKnownByItsNoise()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(5);
        var found = watch.Feed(
            30,
            s => room.Frame(s, noise: 3, light: (_, _, l) => SyntheticRoom.Dimmed(l, 0.7)),
            v => v.Stations.All(x => x.Lit == false)
        );
        Assert.InRange(found ?? 99, 5, 20);
        Assert.Equal(Reasons.RoomDim, Of(watch.Last, "S3").Reason);
    }

    [Fact]
    public void Glare_OnAWorktop_IsReportedThere()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(5);
        var found = watch.Feed(
            25,
            s => room.Frame(s, light: (x, y, l) => x is > 400 and < 470 && y is > 220 and < 310 ? 240 : l),
            v => Of(v, "S4").Lit == false
        );
        Assert.InRange(found ?? 99, 5, 20);
        Assert.Equal(Reasons.Glare, Of(watch.Last, "S4").Reason);
        Assert.True(Of(watch.Last, "S3").Lit);
    }

    [Fact]
    public void Light_HardShadowOverPartOfAWorktop_IsUneven()
    {
        var top = SyntheticRoom.Worktops[0];
        using var watch = new SyntheticWatch(new());
        watch.Feed(5);
        watch.Feed(
            32,
            s =>
                watch.Room.Frame(
                    s,
                    light: (x, y, l) =>
                        x >= top.X && x < top.X + (top.W * 0.42) && y >= top.Y && y < top.Y + top.H ? SyntheticRoom.Dimmed(l, 0.2) : l
                )
        );
        Assert.Equal(
            (true, false, Reasons.Uneven),
            (watch.Last.Stations[0].Covered, watch.Last.Stations[0].Lit, watch.Last.Stations[0].Reason)
        );
        Assert.All(watch.Last.Stations.Skip(1), v => Assert.True(v.Lit));
        Assert.InRange(watch.Last.Stations[0].Light!.Contrast, watch.Last.Stations[0].Light!.Noise, 80);
        watch.Feed(12);
        Assert.True(watch.Last.Stations[0].Lit);
    }

    [Theory]
    [InlineData(0.35, Reasons.Glare)]
    [InlineData(1, Reasons.TooBright)]
    public void Light_PartOrAllOfAWorktopBurntOut_IsGlareOrTooBright(double share, string reason)
    {
        var top = SyntheticRoom.Worktops[0];
        using var watch = new SyntheticWatch(new());
        watch.Feed(5);
        watch.Feed(
            12,
            s =>
                watch.Room.Frame(
                    s,
                    light: (x, y, l) =>
                        x >= top.X && x < top.X + (top.W * share) && y >= top.Y && y < top.Y + top.H ? l + (l > 150 ? 90 : 30) : l
                )
        );
        Assert.Equal((false, reason), (watch.Last.Stations[0].Lit, watch.Last.Stations[0].Reason));
        Assert.InRange(watch.Last.Stations[0].Light!.ClippedShare, 0.2, 1);
        Assert.True(watch.Last.Stations[3].Lit);
    }
}
