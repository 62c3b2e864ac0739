using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>How points of a room fall into a camera's picture. Immutable and safe for any number of threads.</summary>
public abstract class CameraProjection
{
    private protected CameraProjection(PixelSize size) => Size = size;

    /// <summary>Size of the picture in which pixels are given.</summary>
    public PixelSize Size { get; }

    /// <summary>Where the camera hangs, metres; null when the calibration does not tell.</summary>
    public abstract SpacePoint? Position { get; }

    /// <summary>
    /// Whether heights count; false for a calibration from floor points alone, which shows everything as if it lay on the floor.
    /// </summary>
    public abstract bool KnowsHeights { get; }

    /// <summary>
    /// Pixel of a point of the room, possibly outside the picture; null when it is behind the camera or beyond what the lens model reaches.
    /// </summary>
    public abstract PixelPoint? Project(SpacePoint point);

    /// <summary>Point of the plane at height <paramref name="z"/> that is seen at a pixel; null at and above the horizon.</summary>
    public abstract SpacePoint? OnPlane(PixelPoint pixel, double z);

    /// <summary>Whether a pixel is inside the picture.</summary>
    public bool Contains(PixelPoint p) => p.U >= 0 && p.V >= 0 && p.U <= Size.Width && p.V <= Size.Height;

    /// <summary>Viewing direction of a pixel in the room's axes, unit length; null when unknown.</summary>
    internal virtual Vec3? Ray(PixelPoint pixel) => null;
}
