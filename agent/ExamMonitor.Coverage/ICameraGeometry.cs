using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage;

/// <summary>A station as one camera sees it.</summary>
/// <param name="Station">Station.</param>
/// <param name="Worktop">Outline of the worktop (or the hand-drawn region), px of the map's picture size, not clipped to the picture; at
/// least three corners.</param>
/// <param name="InPictureShare">Share of the worktop inside the picture, [0, 1].</param>
/// <param name="PxPerMetre">Pixel density of a target that faces the camera at the work volume's centre, at the recorded size, px/m; null
/// for a hand-drawn region without a calibration.</param>
/// <param name="RequiredPxPerMetre">Density at which the station passes, px/m.</param>
/// <param name="RequiredInPictureShare">Least share of the worktop inside the picture.</param>
public sealed record StationInView(
    StationId Station,
    IReadOnlyList<PixelPoint> Worktop,
    double InPictureShare,
    double? PxPerMetre,
    double RequiredPxPerMetre,
    double RequiredInPictureShare
);

/// <summary>Where the stations of a room lie in one camera's picture.</summary>
/// <remarks>Implementations are immutable and safe from any thread.</remarks>
public interface ICameraGeometry
{
    /// <summary>The camera.</summary>
    CameraId Camera { get; }

    /// <summary>Picture size in which all pixels are given.</summary>
    PixelSize Size { get; }

    /// <summary>Stations that this camera can say anything about: in front of it, any part of the worktop in the picture.</summary>
    /// <param name="moved">Homography that takes a pixel of the reference to where it is seen now, row by row, nine numbers, at
    /// <see cref="Size"/>; empty for the commissioned view.</param>
    /// <returns>With a displacement: the same stations in the same order as without, also those that left the picture (share 0).</returns>
    IReadOnlyList<StationInView> Stations(ReadOnlySpan<double> moved);

    /// <summary>By how many degrees the camera turned for this displacement; null where the focal length is unknown.</summary>
    /// <param name="moved">As for <see cref="Stations"/>.</param>
    double? TurnDegrees(ReadOnlySpan<double> moved);
}
