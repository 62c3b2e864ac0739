using System.Globalization;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Drawing;

/// <summary>
/// Draws what the map says over a camera's picture: station outlines, work volumes, density, calibration points with their misses.
/// </summary>
internal sealed class CameraDrawing
{
    /// <summary>Misses are a pixel or two; drawn ten times as long they can be seen.</summary>
    private const int ArrowTimes = 10;

    private readonly CameraGeometry _camera;
    private readonly Picture _picture;
    private readonly double _unit;

    private CameraDrawing(CameraGeometry camera, Picture picture) =>
        (_camera, _picture, _unit) = (camera, picture, Math.Max(1, camera.Camera.Image.Width / 960.0));

    /// <summary>The drawing: the picture, and below it a strip with the legend and the calibration's numbers.</summary>
    /// <param name="camera">Camera with its stations.</param>
    /// <param name="reference">Picture at the map's image size, left as it is; null for a grey one.</param>
    public static Picture Draw(CameraGeometry camera, Picture? reference)
    {
        var size = camera.Camera.Image;
        var strip = (int)(78 * Math.Max(1, size.Width / 960.0));
        var picture = new Picture(size.Width, size.Height + strip);
        picture.FillPolygon([new(0, 0), new(size.Width, 0), new(size.Width, size.Height), new(0, size.Height)], Palette.Canvas);
        if (reference is not null)
            reference.Bgr.CopyTo(picture.Bgr, 0);
        var drawing = new CameraDrawing(camera, picture);
        foreach (var station in camera.Stations.Where(s => s.Visible.Count >= 3))
            drawing.Outline(station);
        foreach (var point in camera.Solution.Points)
            drawing.Point(point);
        foreach (var station in camera.Stations.Where(s => s.Visible.Count >= 3))
            drawing.Label(station);
        drawing.Strip();
        return picture;
    }

    private int Line(double px) => Math.Clamp((int)Math.Round(px * _unit), 1, 100);

    private void Outline(StationView station)
    {
        var colour = station.Passes ? Palette.Pass : Palette.Fail;
        if (station.WorkVolume.Count >= 3 && !station.HandDrawn)
            _picture.Polyline([.. station.WorkVolume], Palette.Volume, 1, closed: true);
        _picture.FillPolygon([.. station.Visible], colour, 0.25);
        _picture.Polyline([.. station.Outline], colour, Line(2), closed: true);
    }

    private void Label(StationView station)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{station.Station} {station.PxPerMetre:0}{(station.Basis == DensityBasis.Calibrated ? string.Empty : "~")}"
        );
        if (station.InPictureShare < 0.995)
            text += string.Create(CultureInfo.InvariantCulture, $" {station.InPictureShare * 100:0}%");
        var height = 8 * _unit;
        var width = PictureDrawing.TextWidth(text, height);
        double u = Math.Clamp(station.Visible.Average(p => p.U) - (width / 2.0), 2, _camera.Camera.Image.Width - width - 2);
        var v = station.Visible.Average(p => p.V) + (height / 2);
        Box(u - 2, v - height - 3, width + 4, height + 6);
        _picture.Text(text, new(u, v), height, station.Passes ? Palette.Text : 0xFFC090);
    }

    private void Box(double u, double v, double width, double height) =>
        _picture.FillPolygon([new(u, v), new(u + width, v), new(u + width, v + height), new(u, v + height)], Palette.Shade, 0.65);

    private void Point(PointResidual point)
    {
        var colour = point.Suspect || !double.IsFinite(point.MissPx) ? Palette.Suspect : Palette.Point;
        var at = point.Point.Pixel;
        _picture.Circle(at, 3 * _unit, colour, Line(1));
        if (point.Projected is { } seen && point.MissPx > 0.05)
        {
            PixelPoint tip = new(at.U + ((seen.U - at.U) * ArrowTimes), at.V + ((seen.V - at.V) * ArrowTimes));
            _picture.Polyline([at, tip], colour, Line(1));
        }

        if (point.Suspect)
            _picture.Text(
                point.Number.ToString(CultureInfo.InvariantCulture),
                new(at.U + (5 * _unit), at.V - (4 * _unit)),
                9 * _unit,
                colour,
                Line(2)
            );
    }

    private void Strip()
    {
        double top = _camera.Camera.Image.Height,
            line = 18 * _unit,
            left = 8 * _unit;
        PixelPoint[] below = [new(0, top), new(_picture.Width, top), new(_picture.Width, _picture.Height), new(0, _picture.Height)];
        _picture.FillPolygon(below, Palette.Shade); // outlines reach below the picture; the words do not mix with them
        Write(Headline(), left, top + line);
        Write(Numbers(), left, top + (2 * line));
        var u = left;
        foreach (
            var (colour, text) in new[]
            {
                (Palette.Pass, "passes"),
                (Palette.Fail, "fails"),
                (Palette.Volume, "0.35 m above"),
                (Palette.Point, $"point, miss x{ArrowTimes}"),
                (Palette.Suspect, "wrong point"),
            }
        )
        {
            _picture.FillPolygon(
                [
                    new(u, top + (2.5 * line)),
                    new(u + line, top + (2.5 * line)),
                    new(u + line, top + (3.1 * line)),
                    new(u, top + (3.1 * line)),
                ],
                colour
            );
            u += line + (5 * _unit);
            Write(text, u, top + (3.1 * line));
            u += PictureDrawing.TextWidth(text, 9 * _unit) + (16 * _unit);
        }

        Write("label: station, px/m (~ estimated), share in picture", u, top + (3.1 * line));
    }

    private void Write(string text, double u, double v) => _picture.Text(text, new(u, v), 9 * _unit, Palette.Text, 1);

    private string Headline()
    {
        var size = _camera.RecordedSize;
        var kind = _camera.Solution.Kind switch
        {
            CalibrationKind.Spatial => "position, direction and lens known",
            CalibrationKind.FloorOnly => "floor only, heights ignored",
            CalibrationKind.Refused => "calibration refused",
            _ => "no calibration points",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_camera.Camera.Id}  {kind}  recorded {size.Width}x{size.Height}  {_camera.Stations.Count(s => s.Passes)} of {_camera.Stations.Count} stations pass"
        );
    }

    private string Numbers()
    {
        var s = _camera.Solution;
        var text = s.RmsPx is { } rms
            ? string.Create(CultureInfo.InvariantCulture, $"{s.Points.Count} points  miss {rms:0.00} px rms, {s.WorstPx:0.00} worst")
            : string.Empty;
        if (s.HeldOutRmsPx is { } held)
            text += string.Create(CultureInfo.InvariantCulture, $"  held out {held:0.00} rms, {s.HeldOutWorstPx:0.00} worst");
        if (s.Projection is PinholeProjection lens && lens.Position is { } at)
            text += string.Create(
                CultureInfo.InvariantCulture,
                $"  hangs at {at.X:0.00}, {at.Y:0.00}, {at.Z:0.00} m  {lens.HorizontalFieldOfViewDeg:0} deg across  k1 {lens.K1:0.000}"
            );
        return text;
    }
}
