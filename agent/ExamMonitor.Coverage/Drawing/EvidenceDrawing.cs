using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Drawing;

/// <summary>
/// A pair of pictures that shows a problem: how the view was commissioned, and the picture that settled the verdict, both marked.
/// </summary>
/// <param name="Reference">JPEG.</param>
/// <param name="Now">JPEG, of the same size.</param>
public sealed record EvidencePair(byte[] Reference, byte[] Now);

/// <summary>Draws evidence pairs.</summary>
public static class EvidenceDrawing
{
    private const uint Marked = 0xFF2D2D;
    private const uint Other = 0xFFD24A;
    private const int Quality = 85;

    /// <summary>Draws a pair.</summary>
    /// <param name="setup">Camera, reference, stations.</param>
    /// <param name="i420">The picture, planar YUV 4:2:0.</param>
    /// <param name="size">Its size, px, even.</param>
    /// <param name="verdict">What was said of it.</param>
    /// <param name="station">Station that the problem is about; null for the camera itself: then every station is outlined, and where the
    /// commissioned view lies now.</param>
    /// <param name="hidden">Blocks of the 16 × 9 grid whose structure is gone; empty for none.</param>
    public static EvidencePair Draw(
        CameraSetup setup,
        ReadOnlySpan<byte> i420,
        PixelSize size,
        CameraVerdict verdict,
        StationId? station,
        IReadOnlyList<int> hidden
    )
    {
        var now = Picture.FromI420(i420, size.Width, size.Height);
        var reference = setup.Reference.Resize(size.Width, size.Height);
        var moved = verdict.MovedBy is { Count: 9 } h ? h.ToArray() : [];
        if (station is null)
        {
            foreach (var block in hidden)
                FillBlock(now, block);
            if (moved.Length == 9)
                Outline(now, Border(setup.Geometry.Size, moved), setup.Geometry.Size, Marked, 2);
        }

        OutlineStations(reference, setup.Geometry, [], station);
        OutlineStations(now, setup.Geometry, moved, station);
        return new(reference.EncodeJpeg(Quality), now.EncodeJpeg(Quality));
    }

    private static void OutlineStations(Picture picture, ICameraGeometry geometry, double[] moved, StationId? station)
    {
        foreach (var one in geometry.Stations(moved))
        {
            if (station is { } asked && one.Station != asked)
                continue;
            Outline(picture, one.Worktop, geometry.Size, station is null ? Other : Marked, station is null ? 1 : 2);
        }
    }

    private static void Outline(Picture picture, IReadOnlyList<PixelPoint> points, PixelSize of, uint colour, int thickness)
    {
        var (sx, sy) = ((double)picture.Width / of.Width, (double)picture.Height / of.Height);
        picture.Polyline([.. points.Select(p => new PixelPoint(p.U * sx, p.V * sy))], colour, thickness, closed: true);
    }

    private static PixelPoint[] Border(PixelSize size, double[] h)
    {
        return [At(0, 0), At(size.Width, 0), At(size.Width, size.Height), At(0, size.Height)];

        PixelPoint At(double u, double v)
        {
            var w = (h[6] * u) + (h[7] * v) + h[8];
            return new(((h[0] * u) + (h[1] * v) + h[2]) / w, ((h[3] * u) + (h[4] * v) + h[5]) / w);
        }
    }

    private static void FillBlock(Picture picture, int block)
    {
        var (x, y) = (block % FrameMeasures.GridX, block / FrameMeasures.GridX);
        double Left(int column) => (double)column * picture.Width / FrameMeasures.GridX;
        double Top(int row) => (double)row * picture.Height / FrameMeasures.GridY;
        picture.FillPolygon(
            [new(Left(x), Top(y)), new(Left(x + 1), Top(y)), new(Left(x + 1), Top(y + 1)), new(Left(x), Top(y + 1))],
            Marked,
            0.25
        );
    }
}
