using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Plates;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Plates;

/// <summary>The sample room's C3 looks down on the first tables; recorded at twice the map's size, as a 1080p camera would be.</summary>
public sealed class PlateRoomCheckTests
{
    private static readonly DateTimeOffset s_at = new(2026, 3, 2, 23, 30, 12, TimeSpan.Zero);
    private static readonly StationMap s_map = Geometry.SampleRoom.Map;
    private static readonly PlateNumbers s_numbers = PlateNumbers.Of(s_map).Numbers!;
    private static readonly CameraGeometry s_c3 = CameraGeometry.Of(s_map, s_map.Cameras[2] with { RecordedSize = new(1920, 1080) });

    /// <summary>Rendered, and read by the detector.</summary>
    private static PlateCamera Read(CameraGeometry camera, params (int Tag, int At)[] plates)
    {
        var scene = new PlateScene(1920, 1080);
        foreach (var (tag, at) in plates)
            scene.Lay(camera, s_map.Stations[at - 1], tag);
        using var finder = new PlateFinder();
        var seen = finder.Find([scene.Take(), scene.Take(), scene.Take()]);
        return new(camera, PlateCheck.AtMapSize(seen, new(1920, 1080), camera.Camera.Image), 3, s_at, new HashSet<StationId>());
    }

    /// <summary>As the detector would read them.</summary>
    private static PlateCamera Look(CameraGeometry camera, (int Tag, int At)[] plates, params string[] hidden) =>
        new(
            camera,
            [
                .. plates.Select(p => new PlateSighting(
                    p.Tag,
                    camera
                        .Projection!.Project(
                            new(s_map.Stations[p.At - 1].Center.X, s_map.Stations[p.At - 1].Center.Y, s_map.Stations[p.At - 1].Height)
                        )!
                        .Value,
                    30,
                    5
                )),
            ],
            5,
            s_at,
            hidden.Select(StationId.Of).ToHashSet()
        );

    private static Dictionary<string, StationPlate> Check(params PlateCamera[] cameras) =>
        PlateRoomCheck.Of(s_map, s_numbers, PlatePaper.A3, cameras).ToDictionary(s => s.Station.Text);

    [Fact]
    public void Of_TwoPlatesSwapped_BothPlacesAreWrongAndTheOthersSeen()
    {
        var said = Check(Read(s_c3, (6, 6), (7, 7), (3, 3), (5, 10), (10, 5)));
        Assert.Equal(s_map.Stations.Count, said.Count);
        foreach (var fine in new[] { "S06", "S07", "S03" })
        {
            Assert.Equal(
                (PlateVerdict.Seen, 3, "C3", s_at),
                (said[fine].Verdict, said[fine].PicturesUsed, said[fine].Camera!.Value.Text, said[fine].At!.Value)
            );
            Assert.InRange(said[fine].PicturesSeen, 2, 3);
        }

        Assert.Equal((PlateVerdict.WrongPlate, "S10"), (said["S05"].Verdict, said["S05"].Found!.Value.Text));
        Assert.Equal((PlateVerdict.WrongPlate, "S05"), (said["S10"].Verdict, said["S10"].Found!.Value.Text));
        Assert.Equal(
            "The plate of station 10 stands where the map says station 5: put each plate at its own station, or correct the map.",
            said["S05"].Text.En
        );
        Assert.Contains("10 号工位的编号牌位于地图上的 5 号工位处", said["S05"].Text.Zh, StringComparison.Ordinal);

        // C3 does not show the far station: nothing is said of its plate.
        Assert.Equal(
            (PlateVerdict.NotMeasured, "not-in-view", 0, (DateTimeOffset?)null),
            (said["S09"].Verdict, said["S09"].Reason, said["S09"].PicturesUsed, said["S09"].At)
        );
    }

    [Fact]
    public void Of_NotSeen_TellsWhyHiddenGoneElsewhereOrTooSmall()
    {
        var said = Check(Look(s_c3, [(6, 6), (7, 2), (99, 3)], "S04"));
        Assert.Equal((PlateVerdict.NotSeen, "hidden"), (said["S04"].Verdict, said["S04"].Reason));
        Assert.Equal(
            (PlateVerdict.NotSeen, "not-stuck", "C3", 5, 0),
            (said["S05"].Verdict, said["S05"].Reason, said["S05"].Camera!.Value.Text, said["S05"].PicturesUsed, said["S05"].PicturesSeen)
        );
        Assert.Equal((PlateVerdict.NotSeen, "elsewhere"), (said["S07"].Verdict, said["S07"].Reason));
        Assert.Contains("it stands where the map says station 2", said["S07"].Text.En, StringComparison.Ordinal);
        Assert.Equal((PlateVerdict.WrongPlate, "S07"), (said["S02"].Verdict, said["S02"].Found!.Value.Text));
        Assert.Equal((PlateVerdict.WrongPlate, (StationId?)null), (said["S03"].Verdict, said["S03"].Found));
        Assert.Contains("number 99, which no station of this room has", said["S03"].Text.En, StringComparison.Ordinal);

        var small = PlateRoomCheck.Of(
            s_map,
            s_numbers,
            PlatePaper.A4,
            [Look(CameraGeometry.Of(s_map, s_map.Cameras[2] with { RecordedSize = new(320, 180) }), [])]
        );
        var one = small.First(s => s.Station.Text == "S06");
        Assert.Equal((PlateVerdict.NotSeen, "too-small"), (one.Verdict, one.Reason));
        Assert.Contains("20 px are needed", one.Text.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_CameraThatMayNotSpeak_SaysNothingOfAnyPlate()
    {
        var dark = Look(s_c3, [(5, 10), (10, 5), (6, 6)]) with
        {
            Silent = ("camera:dark", new("The picture is too dark to see: switch the lights on.", "画面过暗：请打开照明。")),
        };
        var said = Check(dark);
        Assert.All(said.Values, s => Assert.Equal((PlateVerdict.NotMeasured, 0), (s.Verdict, s.PicturesUsed)));
        Assert.Equal("camera:dark", said["S05"].Reason);
        Assert.EndsWith(
            "was not measured: the picture is too dark to see: switch the lights on.",
            said["S05"].Text.En,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Of_ReadInOnePictureOfFive_IsNotSeen()
    {
        var camera = Look(s_c3, [(6, 6)]);
        var fleeting = camera with { Seen = [.. camera.Seen.Select(s => s with { Pictures = 1 })] };
        Assert.Equal(PlateVerdict.Seen, Check(camera)["S06"].Verdict);
        Assert.Equal(PlateVerdict.NotSeen, Check(fleeting)["S06"].Verdict);
    }

    /// <summary>Along a row of desks another camera may see a plate before the desk behind: whoever sees it at home is right.</summary>
    [Fact]
    public void Of_OneCameraSeesItAtHomeAndAnotherBeforeTheNextDesk_IsAtHome()
    {
        var sees = Look(s_c3, [(6, 6)]);
        var c1 = CameraGeometry.Of(s_map, s_map.Cameras[0]);
        var other = s_map.Stations.First(s => s.Id.Text != "S06" && c1.ViewOf(s.Id).InPictureShare > 0.9);
        var before = new PlateCamera(
            c1,
            [new(6, c1.Projection!.Project(new(other.Center.X, other.Center.Y, other.Height))!.Value, 40, 5)],
            5,
            s_at,
            new HashSet<StationId>()
        );
        Assert.Equal(PlateVerdict.WrongPlate, Check(before)[other.Id.Text].Verdict);
        var said = Check(sees, before);
        Assert.Equal(PlateVerdict.Seen, said["S06"].Verdict);
        Assert.NotEqual(PlateVerdict.WrongPlate, said[other.Id.Text].Verdict);
    }

    [Fact]
    public void Of_BumpedCamera_IsReadWhereItLooksNow()
    {
        var bumped = s_c3.Displaced(PictureHomography.Shift(60, 25));
        var look = Look(s_c3, [(6, 6), (7, 7)]);
        var moved = look with
        {
            Geometry = bumped,
            Seen = [.. look.Seen.Select(s => s with { Center = new(s.Center.U + 60, s.Center.V + 25) })],
        };
        Assert.Equal(PlateVerdict.Seen, Check(moved)["S06"].Verdict);
        Assert.Equal(PlateVerdict.Seen, Check(moved)["S07"].Verdict);
    }
}
