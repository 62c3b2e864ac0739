using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>Where a station's pixel density comes from.</summary>
public enum DensityBasis
{
    /// <summary>From position, direction and lens.</summary>
    Calibrated,

    /// <summary>From the floor alone: the scale across the view at the station's place on the floor.</summary>
    FloorOnly,

    /// <summary>From the area of the hand-drawn region over the worktop's area; foreshortening makes it an under-estimate.</summary>
    Region,
}

/// <summary>Why a camera cannot cover a station whatever it shows.</summary>
public enum ViewShortfall
{
    /// <summary>It can.</summary>
    None,

    /// <summary>Too little of the worktop is inside the picture.</summary>
    OutsidePicture,

    /// <summary>Too few pixels per metre.</summary>
    TooFar,
}

/// <summary>A station as a camera sees it by geometry alone, before anything is looked at.</summary>
/// <param name="Station">Station.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Outline">Worktop in pixels of the map's image size; may reach outside the picture; empty when not seen at all.</param>
/// <param name="Visible">The part of <paramref name="Outline"/> inside the picture; empty when none is.</param>
/// <param name="WorkVolume">Silhouette of the worktop and the 0.35 m above it; the outline itself for a hand-drawn region.</param>
/// <param name="HandDrawn">Whether the outline was drawn by a person.</param>
/// <param name="InPictureShare">Share of the worktop inside the picture, [0, 1].</param>
/// <param name="PxPerMetre">Density of a target facing the camera at the work volume's centre, at the recorded size, px/m; 0 when not
/// seen.</param>
/// <param name="WorktopPxPerMetre">The worktop's own foreshortened density, px/m; null when it is not known.</param>
/// <param name="Basis">Where the density comes from.</param>
/// <param name="Requirements">What the station must meet.</param>
public sealed record StationView(
    StationId Station,
    CameraId Camera,
    IReadOnlyList<PixelPoint> Outline,
    IReadOnlyList<PixelPoint> Visible,
    IReadOnlyList<PixelPoint> WorkVolume,
    bool HandDrawn,
    double InPictureShare,
    double PxPerMetre,
    double? WorktopPxPerMetre,
    DensityBasis Basis,
    StationRequirements Requirements
)
{
    /// <summary>What is missing, the picture's edge before the density.</summary>
    public ViewShortfall Shortfall =>
        InPictureShare < Requirements.InPictureShare ? ViewShortfall.OutsidePicture
        : PxPerMetre < Requirements.DensityPxPerMetre ? ViewShortfall.TooFar
        : ViewShortfall.None;

    /// <summary>Whether this camera, in good health and unobstructed, covers the station.</summary>
    public bool Passes => Shortfall == ViewShortfall.None;
}
