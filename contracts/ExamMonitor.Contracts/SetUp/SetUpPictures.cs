using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.SetUp;

/// <summary>A picture that is kept with a room.</summary>
/// <param name="Name">Path for <see cref="SetUpApi.Picture"/>, and what a map's <c>reference</c> says:
/// <c>pictures/C1-20261130T065100Z-3fa91c20.png</c>.</param>
/// <param name="At">When it was taken, UTC.</param>
/// <param name="Size">Its size: what a camera's <c>image</c> must say when points are marked in it.</param>
/// <param name="Sha256">Hash of the file, hex.</param>
/// <param name="People">Whether people or things seem to stand in it that the reference does not show; null when it cannot be told.</param>
/// <param name="Findings">What is to be said of it: <c>people-in-picture</c>, <c>picture-size</c>, <c>picture-mirrored</c>,
/// <c>picture-other-camera</c>, <c>sub-stream-shape</c>.</param>
public sealed record TakenPicture(
    string Name,
    DateTimeOffset At,
    PixelSize Size,
    string Sha256,
    bool? People,
    IReadOnlyList<SetUpFinding> Findings
);

/// <summary>Asks for points from plates that lie flat in the middle of worktops.</summary>
/// <param name="Map">The room as drafted: stations and cameras. Points of a camera that were marked by hand are kept beside those of the
/// plates.</param>
/// <param name="Cameras">Cameras to look through; null for all of the map that are in force.</param>
/// <param name="PlateHeightMm">How far plates lie above the worktops, millimetres [0, 100].</param>
/// <param name="Pictures">Pictures to look in instead of new ones, by camera, by name; null takes new ones.</param>
public sealed record PlateCalibrationRequest(
    StationMap Map,
    IReadOnlyList<CameraId>? Cameras = null,
    double PlateHeightMm = 0,
    IReadOnlyDictionary<CameraId, string>? Pictures = null
);

/// <summary>What plates gave.</summary>
/// <param name="Cameras">Per camera that was looked through.</param>
/// <param name="Findings">What is to be said of the room: two plates of one number, plates that were nowhere seen.</param>
public sealed record PlateCalibration(IReadOnlyList<CameraFromPlates> Cameras, IReadOnlyList<SetUpFinding> Findings);

/// <summary>What plates gave for a camera.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="Picture">The picture that was looked in; null when there was none.</param>
/// <param name="Seen">Plates that were found.</param>
/// <param name="Calibrated">The camera's entry with picture, size and points, ready for the map; as it was sent when nothing could be
/// solved.</param>
/// <param name="Result">What the points give.</param>
/// <param name="Findings">What is to be said of it.</param>
public sealed record CameraFromPlates(
    CameraId Camera,
    TakenPicture? Picture,
    IReadOnlyList<SeenPlate> Seen,
    MapCamera Calibrated,
    CameraResult Result,
    IReadOnlyList<SetUpFinding> Findings
);

/// <summary>A plate in a picture.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Station">Its station; null when no station of the room has the number.</param>
/// <param name="Center">Middle, pixels of the picture.</param>
/// <param name="Corners">Corners of its border, pixels; empty when unknown.</param>
/// <param name="SidePx">Side, pixels.</param>
public sealed record SeenPlate(int Number, StationId? Station, PixelPoint Center, IReadOnlyList<PixelPoint> Corners, double SidePx);

/// <summary>Asks for the points of a camera in a newer picture.</summary>
/// <param name="Camera">The camera's entry as it was: points, masks, reference.</param>
/// <param name="Regions">Its hand-drawn regions, by station; null for none.</param>
/// <param name="Picture">Newer picture, by name; null takes one now.</param>
public sealed record CarryOverRequest(
    MapCamera Camera,
    IReadOnlyDictionary<StationId, IReadOnlyList<PixelPoint>>? Regions = null,
    string? Picture = null
);

/// <summary>A camera's points in a newer picture.</summary>
/// <param name="Found">Whether the old picture was found in the new one.</param>
/// <param name="Picture">The newer picture.</param>
/// <param name="Camera">The camera's entry with the newer picture and its points; unchanged when not found.</param>
/// <param name="Regions">Regions in the newer picture.</param>
/// <param name="Lost">Points that left the picture and were left out, places in the old list from 0.</param>
/// <param name="ShiftPx">Largest shift of a point, pixels; null when not found.</param>
/// <param name="Text">For a person.</param>
public sealed record CarryOver(
    bool Found,
    TakenPicture Picture,
    MapCamera Camera,
    IReadOnlyDictionary<StationId, IReadOnlyList<PixelPoint>> Regions,
    IReadOnlyList<int> Lost,
    double? ShiftPx,
    LocalText Text
);

/// <summary>Asks for plates to print.</summary>
/// <param name="Map">The room.</param>
/// <param name="Stations">Stations; null for all.</param>
/// <param name="Paper"><c>a4</c> or <c>a3</c>.</param>
public sealed record PlatesRequest(StationMap Map, IReadOnlyList<StationId>? Stations = null, string Paper = "a4");
