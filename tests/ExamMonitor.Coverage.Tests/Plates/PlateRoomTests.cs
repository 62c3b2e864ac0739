using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Coverage.Tests.Geometry;
using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Plates;

/// <summary>Plates in a rendered picture of the sample room: read at full size, solved, compared with points that were held out.</summary>
public sealed class PlateRoomTests
{
    [Theory]
    [InlineData("C1")]
    [InlineData("C2")]
    [InlineData("C3")]
    public void Plates_InTheSampleRoomAtFullSize_CalibrateWithinOnePercent(string id)
    {
        var map = SampleRoom.Map;
        var camera = map.Cameras.First(c => c.Id.Text == id);
        var picture = PlateRoom.Draw(
            map,
            camera,
            Picture.Decode(File.ReadAllBytes(Path.Combine(SampleRoom.Folder, camera.Reference!))),
            3840
        );
        using var finder = new PlateFinder();
        var seen = finder.Find([picture]);
        var points = PlateCheck.Points(map, seen, PlateNumbers.Of(map).Numbers!);
        TestContext.Current.SendDiagnosticMessage(
            $"{id}: {points.Count} plates, sides {string.Join(' ', seen.Select(s => $"{s.Tag}:{s.SidePx:0}"))}"
        );
        var solved = CameraSolver.Solve(camera with { Image = picture.Size, Calibration = new(points, MapCalibration.Plates) });
        Assert.True(solved.Kind == CalibrationKind.Spatial, $"{points.Count} plates: {solved.Refusal?.En}");
        var scale = picture.Width / 960.0;
        var worst = camera.Calibration!.Points.Max(p =>
            solved.Projection!.Project(p.Plan) is { } s ? double.Hypot((s.U / scale) - p.Pixel.U, (s.V / scale) - p.Pixel.V) : 1e9
        );
        TestContext.Current.SendDiagnosticMessage(
            $"{id}: worst of {camera.Calibration.Points.Count} held-out points {worst:0.0} px of 960, {worst / CameraSolver.Diagonal(new(960, 540)) * 100:0.00} % of the diagonal"
        );
        Assert.True(worst < 0.01 * CameraSolver.Diagonal(new(960, 540)), $"{worst} px");
    }

    /// <summary>Makes samples/video/C1_plates.mp4 and so on; by hand: -method "*Clips_OfTheSampleRoom*" -explicit only.</summary>
    [Fact(Explicit = true)]
    public void Clips_OfTheSampleRoomWithPlates_AreMade()
    {
        var map = SampleRoom.Map;
        foreach (var camera in map.Cameras)
        {
            var picture = PlateRoom.Draw(
                map,
                camera,
                Picture.Decode(File.ReadAllBytes(Path.Combine(SampleRoom.Folder, camera.Reference!))),
                3840
            );
            PlateRoom.Film(picture, Path.Combine(SampleRoom.Folder, "..", "..", "video", $"{camera.Id}_plates.mp4"), 8);
        }
    }
}
