using ExamMonitor.Contracts;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage;

/// <summary>What is needed to watch one camera.</summary>
/// <param name="Geometry">Where the stations lie.</param>
/// <param name="Reference">The commissioned picture, of any size.</param>
/// <param name="Masks">Rectangles of the reference that never count, its pixels: an on-screen clock; empty for none.</param>
public sealed record CameraSetup(ICameraGeometry Geometry, Picture Reference, IReadOnlyList<PixelRectangle> Masks)
{
    /// <summary>The camera.</summary>
    public CameraId Camera => Geometry.Camera;
}
