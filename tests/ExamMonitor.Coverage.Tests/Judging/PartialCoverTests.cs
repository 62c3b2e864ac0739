using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

/// <summary>A quarter of the view hidden, or a thin film over all of it; and what hides or changes as much and is no cover.</summary>
public sealed class PartialCoverTests
{
    private const int Grace = 15;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(300, 120)]
    public void Spray_OverAQuarterOfTheLens_IsCovered(int x0, int y0)
    {
        var found = Found((room, s) => room.Frame(s, light: (x, y, l) => Blotch(x - x0, y - y0, l)), out var last);
        Assert.InRange(found ?? 99, 2, Grace);
        Assert.Equal([CameraHealth.Covered], last.Health);
        Assert.Contains("lens", last.Text!.En, StringComparison.Ordinal);
        Assert.Contains("镜头", last.Text.Zh, StringComparison.Ordinal);

        static double Blotch(int x, int y, double luma)
        {
            double u = (x - 150) / 190.0,
                v = (y - 115) / 150.0;
            var here = 0.93 * Math.Clamp((1 - Math.Sqrt((u * u) + (v * v))) / 0.15, 0, 1);
            return ((1 - here) * luma) + (here * 57);
        }
    }

    [Theory]
    [InlineData(160, 0.25)]
    [InlineData(200, 0.25)]
    [InlineData(140, 0.3)]
    public void Film_OfAQuarterOpacity_IsCovered(int film, double opacity)
    {
        var found = Found((room, s) => room.Frame(s, light: (_, _, l) => ((1 - opacity) * l) + (opacity * film)), out var last);
        Assert.InRange(found ?? 99, 2, Grace);
        Assert.Equal([CameraHealth.Covered], last.Health);
        Assert.Contains("film", last.Text!.En, StringComparison.Ordinal);
        Assert.Contains("薄膜", last.Text.Zh, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(160, 360)]
    [InlineData(640, 90)]
    public void SharpTexturedSheet_OverAQuarterOfTheView_IsCovered(int width, int height)
    {
        var found = Found((room, s) => room.Frame(s, change: Sheet(width, height)), out var last);
        Assert.InRange(found ?? 99, 2, Grace);
        Assert.Equal([CameraHealth.Covered], last.Health);
    }

    /// <summary>The sheet lies over S1 and what is around it.</summary>
    [Fact]
    public void Cover_OfAPartOfTheView_LeavesTheStationsThatItDoesNotTouch()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(15);
        var claimed = watch.Feed(
            60,
            s => room.Frame(s, change: Sheet(260, 190)),
            v => v.Stations.Skip(1).Any(station => (station.Covered, station.Lit) != (true, true))
        );
        Assert.Null(claimed);
        Assert.Equal([CameraHealth.Covered], watch.Last.Health);
        Assert.NotEqual(true, watch.Last.Stations[0].Covered);
    }

    [Fact]
    public void Cover_TakenAway_IsClearedAndTheStationsAreJudgedAgain()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        watch.Feed(25, s => room.Frame(s, change: Sheet(160, 360)));
        Assert.Equal([CameraHealth.Covered], watch.Last.Health);
        Assert.Equal([null, true, null, true], watch.Last.Stations.Select(s => s.Covered));
        watch.Feed(20);
        Assert.Equal([CameraHealth.Ok], watch.Last.Health);
        Assert.All(watch.Last.Stations, s => Assert.True(s.Covered));
    }

    [Fact]
    public void PersonWhoStands_BeforeAQuarterOfTheView_IsNoCover()
    {
        // Nobody stands like a sheet: the same texture, swaying by two pixels.
        Assert.Null(Found((room, s) => room.Frame(s, change: Sheet(160, 360, (int)Math.Round(2 * Math.Sin(s * 1.1)))), out _));
    }

    [Fact]
    public void Cabinet_BeforeATenthOfTheView_IsNoCover() =>
        Assert.Null(Found((room, s) => room.Frame(s, change: SyntheticRoom.Patch(40, 70, 150, 150, 120)), out _));

    [Fact]
    public void Thing_ThatIsCarriedAway_IsNoCover()
    {
        // A tenth of the commissioned view was a shelf; what is behind it now is seen.
        var room = new SyntheticRoom();
        var with = room.Frame(-1, noise: 0.5, change: Sheet(110, 200));
        using var watch = new SyntheticWatch(
            room,
            setup: new(SyntheticRoom.Geometry, Picture.FromI420(with, SyntheticRoom.Width, SyntheticRoom.Height), [])
        );
        watch.Feed(10, s => room.Frame(s, change: Sheet(110, 200)));
        Assert.Null(watch.Feed(40, s => room.Frame(s), v => v.Health.Contains(CameraHealth.Covered)));
    }

    [Fact]
    public void ToneCurve_ThatLiftsShadows_IsNoFilm() =>
        Assert.Null(Found((room, s) => room.Frame(s, light: (_, _, l) => 16 + (219 * Math.Pow(Math.Max(0, l - 16) / 219, 0.75))), out _));

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.6)]
    [InlineData(0.12)]
    public void Daylight_FromOneSide_IsNoCover(double most) =>
        Assert.Null(
            Found(
                (room, s) => room.Frame(s, light: (x, _, l) => SyntheticRoom.Dimmed(l, 1 + ((most - 1) * x / SyntheticRoom.Width))),
                out _
            )
        );

    [Fact]
    public void Exposure_InSteps_IsNoCover() =>
        Assert.Null(Found((room, s) => room.Frame(s, light: (_, _, l) => SyntheticRoom.Dimmed(l, s / 15 % 2 == 0 ? 1 : 1.4)), out _));

    private static int? Found(Func<SyntheticRoom, int, byte[]> frame, out CameraVerdict last)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        var found = watch.Feed(40, s => frame(room, s), v => v.Health.Contains(CameraHealth.Covered));
        last = watch.Last;
        return found;
    }

    private static Action<byte[]> Sheet(int width, int height, int sway = 0) =>
        picture =>
        {
            var random = new Random(3);
            var tones = Enumerable.Range(0, 128 * 64).Select(_ => (byte)random.Next(70, 180)).ToArray();
            for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                picture[(y * SyntheticRoom.Width) + x] = tones[((x + sway + 9) / 9) + (y / 7 * 128)];
        };
}
