using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Planning;

/// <summary>Position, pan, tilt, roll and opening of a camera, and the projection that they are. Pure.</summary>
public static class CameraPoses
{
    private const double Degree = Math.PI / 180;

    /// <summary>Least and widest opening of a lens, degrees.</summary>
    public const double NarrowestDeg = 10,
        WidestDeg = 150;

    /// <summary>Where a solved camera hangs and looks; null when its calibration does not tell.</summary>
    public static CameraPose? Of(CameraProjection? projection)
    {
        if (projection is not PinholeProjection { Position: { } at } lens)
            return null;
        var forward = lens.Rotation.R2;
        var (right, down) = Level(forward);
        return new(
            at,
            Math.Atan2(forward.Y, forward.X) / Degree,
            -Math.Asin(Math.Clamp(forward.Z, -1, 1)) / Degree,
            Math.Atan2(lens.Rotation.R0.Dot(down), lens.Rotation.R0.Dot(right)) / Degree,
            lens.HorizontalFieldOfViewDeg
        );
    }

    /// <summary>The projection of a pose, without distortion.</summary>
    public static PinholeProjection Projection(CameraPose pose, PixelSize image) =>
        Projection(pose, image, image.Width / 2.0 / Math.Tan(pose.HorizontalFieldOfViewDeg / 2 * Degree), 0);

    /// <summary>The projection of a pose through a lens that is known.</summary>
    internal static PinholeProjection Projection(CameraPose pose, PixelSize image, double focalPx, double k1)
    {
        var (sinPan, cosPan) = Math.SinCos(pose.PanDeg * Degree);
        var (sinTilt, cosTilt) = Math.SinCos(pose.TiltDeg * Degree);
        var (sinRoll, cosRoll) = Math.SinCos(pose.RollDeg * Degree);
        var forward = new Vec3(cosPan * cosTilt, sinPan * cosTilt, -sinTilt);
        var right = new Vec3(sinPan, -cosPan, 0);
        var down = forward.Cross(right);
        var rotation = new Rotation((right * cosRoll) + (down * sinRoll), (down * cosRoll) - (right * sinRoll), forward);
        return new(image, focalPx, k1, rotation, rotation.Apply(Vec3.From(pose.Position)) * -1);
    }

    /// <summary>Pose of a virtual camera.</summary>
    public static CameraPose Of(VirtualCamera camera) =>
        new(camera.Position, camera.PanDeg, camera.TiltDeg, camera.RollDeg, camera.HorizontalFieldOfViewDeg);

    /// <summary>Right and down of a camera that looks along <paramref name="forward"/> and is level.</summary>
    private static (Vec3 Right, Vec3 Down) Level(Vec3 forward)
    {
        var across = double.Hypot(forward.X, forward.Y);
        var right = across < 1e-9 ? new Vec3(0, -1, 0) : new Vec3(forward.Y / across, -forward.X / across, 0);
        return (right, forward.Cross(right));
    }
}
