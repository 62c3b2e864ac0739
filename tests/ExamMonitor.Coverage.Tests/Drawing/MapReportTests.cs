using System.Xml.Linq;
using ExamMonitor.Coverage.Drawing;
using ExamMonitor.Coverage.Tests.Geometry;
using ExamMonitor.Coverage.Tests.Plates;
using ExamMonitor.Coverage.Vision;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Drawing;

public sealed class MapReportTests
{
    [Fact]
    public void Write_SampleRoom_DrawsEveryCameraAndThePlan()
    {
        using var folder = new TempFolder();
        var result = MapReport.Write(SampleRoom.Map, SampleRoom.Folder, folder.Path);
        Assert.True(result.AllPass);
        Assert.Equal(["C1.png", "C2.png", "C3.png", "plan.svg", "map.txt"], result.Files.Select(Path.GetFileName));
        Assert.Contains(result.Lines, l => l.StartsWith("camera C1: calibrated, 50 points, miss 0.69 px rms", StringComparison.Ordinal));
        Assert.Contains(
            result.Lines,
            l =>
                l.StartsWith("S06", StringComparison.Ordinal)
                && l.Contains("C3", StringComparison.Ordinal)
                && l.Contains("good", StringComparison.Ordinal)
        );
        var drawn = Picture.Decode(File.ReadAllBytes(folder["C1.png"]));
        var reference = Picture.Decode(File.ReadAllBytes(Path.Combine(SampleRoom.Folder, "C1_reference.png")));
        Assert.Equal(reference.Width, drawn.Width);
        Assert.True(drawn.Height > reference.Height);

        // Inside S01's worktop the picture is tinted, in the middle of the back wall it is as it was.
        Assert.NotEqual(Pixel(reference, 330, 430), Pixel(drawn, 330, 430));
        Assert.Equal(Pixel(reference, 700, 60), Pixel(drawn, 700, 60));
        var plan = XDocument.Load(folder["plan.svg"]);
        Assert.Equal(12, plan.Descendants().Count(e => e.Name.LocalName == "polygon" && (string?)e.Attribute("fill") == "#ffffff"));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp"));
    }

    [Theory]
    [InlineData(null, "No reference picture was taken yet")]
    [InlineData("nothing.png", "is not beside the map")]
    [InlineData("../secret.png", "leads out of the map's folder")]
    [InlineData("/etc/hostname", "leads out of the map's folder")]
    [InlineData("bad.png", "cannot be read")]
    [InlineData("small.png", "the map says 960×540")]
    public void Write_ReferenceThatCannotBeUsed_SaysSoAndDrawsAnyway(string? reference, string remark)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["map"]);
        File.WriteAllText(folder["map/bad.png"], "not a picture");
        File.WriteAllBytes(folder["map/small.png"], new Picture(320, 180).EncodePng());
        File.WriteAllBytes(folder["secret.png"], new Picture(960, 540).EncodePng());
        var map = SampleRoom.Map with { Cameras = [SampleRoom.Map.Cameras[0] with { Reference = reference }] };
        var result = MapReport.Write(map, folder["map"], folder["out"]);
        Assert.Contains(result.Lines, l => l.StartsWith("C1: ", StringComparison.Ordinal) && l.Contains(remark, StringComparison.Ordinal));
        Assert.True(File.Exists(folder["out/C1.png"]));
    }

    [Fact]
    public void Write_WrongPointAndHostileNames_NamesThePointAndStaysWellFormed()
    {
        using var folder = new TempFolder();
        var camera = SampleRoom.Map.Cameras[0];
        var points = camera.Calibration!.Points.ToArray();
        points[4] = points[4] with { Pixel = new(100, 100) };
        var map = SampleRoom.Map with
        {
            Room = SampleRoom.Map.Room with { Name = "<script>\u0001考场 & 七" },
            Cameras = [camera with { Calibration = new(points) }],
            Stations = [SampleRoom.Map.Stations[0] with { Label = "]]><b>\u0000" }],
            Obstacles = [new([new(5, 5), new(5.5, 5), new(5.5, 5.5)], 3, "pillar \uFFFE")],
        };
        var result = MapReport.Write(map, SampleRoom.Folder, folder.Path);
        Assert.False(result.AllPass);
        Assert.Contains(result.Lines, l => l.StartsWith("C1: Point 5 does not fit", StringComparison.Ordinal));
        Assert.Contains(
            result.Lines,
            l => l.Contains("not placed in any picture; not every camera is calibrated", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(result.Lines, l => l.Any(char.IsControl)); // nothing in a map steers a terminal
        Assert.Contains("考场", XDocument.Load(folder["plan.svg"]).Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ReferenceWithPlates_TellsWhereTheyAreAndGivesPoints()
    {
        using var folder = new TempFolder();
        var scene = new PlateScene(960, 540);
        scene.DrawTilted(6, 610, 310, 36, 5); // on S06 as C3 sees it
        scene.DrawTilted(7, 565, 230, 30, 5); // S07's plate lies on S02
        scene.DrawTilted(99, 100, 100, 30, 5);
        File.WriteAllBytes(folder["C3.png"], scene.Take().EncodePng());
        var map = SampleRoom.Map with { Cameras = [SampleRoom.Map.Cameras[2] with { Reference = "C3.png" }] };
        var lines = MapReport.Write(map, folder.Path, folder["out"]).Lines;
        Assert.Contains(
            lines,
            l =>
                l.StartsWith("C3: plate 6 (station S06) at pixel 610.", StringComparison.Ordinal)
                || l.StartsWith("C3: plate 6 (station S06) at pixel 609.", StringComparison.Ordinal)
        );
        Assert.Contains(lines, l => l.StartsWith("C3: plate 99 (no station of this room)", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("The plate of S07 was seen at station S02", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("\"plan\":[4.776,4.568,0.75]", StringComparison.Ordinal));
    }

    private static (byte, byte, byte) Pixel(Picture p, int u, int v) =>
        (p.Bgr[((v * p.Width) + u) * 3], p.Bgr[(((v * p.Width) + u) * 3) + 1], p.Bgr[(((v * p.Width) + u) * 3) + 2]);
}
