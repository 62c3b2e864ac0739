using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Drawing;

/// <summary>
/// Tells which number plates a reference picture shows: where they are, whether at their stations, and as points that a calibration can
/// take over.
/// </summary>
internal sealed class ReferencePlates(StationMap map) : IDisposable
{
    private readonly PlateFinder _finder = new();
    private readonly PlateNumbers? _numbers = PlateNumbers.Of(map).Numbers;

    /// <summary>Lines for a terminal; none when the picture shows no plate.</summary>
    public IEnumerable<string> Lines(CameraGeometry camera, Picture reference)
    {
        var seen = _finder.Find([reference]);
        if (seen.Count == 0)
            yield break;
        foreach (var plate in seen)
        {
            var station = _numbers?.StationOf(plate.Tag) is { } s ? $"station {s}" : "no station of this room";
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{camera.Camera.Id}: plate {plate.Tag} ({station}) at pixel {plate.Center.U:0.0}, {plate.Center.V:0.0}, side {plate.SidePx:0} px"
            );
        }

        if (_numbers is null)
            yield break;
        foreach (
            var finding in PlateCheck.Check(map, camera, seen, _numbers).Where(f => f.State is PlateState.Elsewhere or PlateState.Twice)
        )
            yield return $"{camera.Camera.Id}: {finding.Text.En}";
        var points = PlateCheck.Points(map, seen, _numbers);
        if (points.Count > 0)
            yield return $"{camera.Camera.Id}: points, if these plates lie flat in the middle of their worktops: {JsonSerializer.Serialize(points.Select(Rounded), ContractJson.Options)}";
    }

    /// <inheritdoc/>
    public void Dispose() => _finder.Dispose();

    private static CalibrationPoint Rounded(CalibrationPoint p) =>
        p with
        {
            Pixel = new(Math.Round(p.Pixel.U, 1), Math.Round(p.Pixel.V, 1)),
        };
}
