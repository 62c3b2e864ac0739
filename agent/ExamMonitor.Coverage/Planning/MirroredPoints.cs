using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Planning;

/// <summary>
/// Tells a picture that was turned left for right: no camera sees such points, but one sees them when they are turned back. Pure.
/// </summary>
internal static class MirroredPoints
{
    /// <summary>A finding without place; null when the points are not mirrored.</summary>
    public static SetUpFinding? Find(MapCamera camera)
    {
        if (camera.Calibration is not { Points: { Count: >= 6 } points } calibration)
            return null;
        var turned = camera with
        {
            Calibration = calibration with
            {
                Points = [.. points.Select(p => p with { Pixel = new(camera.Image.Width - p.Pixel.U, p.Pixel.V) })],
            },
        };
        if (
            CameraSolver.Solve(turned) is not { Kind: CalibrationKind.Spatial, WorstPx: { } worst }
            || worst > 0.01 * CameraSolver.Diagonal(camera.Image)
        )
            return null;
        return new(
            FindingLevel.Error,
            "picture-mirrored",
            "$",
            new("The picture is mirrored: its points fit when left and right are exchanged.", "画面左右镜像：左右对调后各点吻合。"),
            new("Switch the mirror (flip) off on the camera and take the picture again.", "请在摄像机上关闭镜像（翻转），并重新拍摄。")
        );
    }
}
