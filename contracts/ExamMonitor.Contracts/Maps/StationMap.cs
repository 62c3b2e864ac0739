using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts.Maps;

/// <summary>A room, its stations and how its cameras see them: <c>exam-monitor/station-map/1</c>.</summary>
/// <remarks>Plan axes in metres: x right, y up, z above the floor. Pixels from the image's top left corner at the stated size.</remarks>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Room">The room.</param>
/// <param name="Stations">At least one, except for a room without stations (office, corridor).</param>
/// <param name="Cameras">At least one.</param>
/// <param name="Obstacles">Walls and pillars that hide floor; null for none.</param>
/// <param name="Requirements">Overrides for the whole room; null for the defaults.</param>
public sealed record StationMap(
    string Schema,
    MapRoom Room,
    IReadOnlyList<MapStation> Stations,
    IReadOnlyList<MapCamera> Cameras,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MapObstacle>? Obstacles = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MapRequirements? Requirements = null
)
{
    /// <summary>Value of <see cref="Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/station-map/1";
}

/// <summary>The room.</summary>
/// <param name="Id">Room.</param>
/// <param name="Name">For people.</param>
/// <param name="Outline">Floor polygon, metres, at least three corners, not crossing itself.</param>
/// <param name="Height">Ceiling above the floor, metres, (0, 50].</param>
public sealed record MapRoom(RoomId Id, string Name, IReadOnlyList<PlanPoint> Outline, double Height);

/// <summary>A station: a worktop in the room.</summary>
/// <param name="Id">Station.</param>
/// <param name="Label">What its number plate says.</param>
/// <param name="Center">Centre of the worktop, metres.</param>
/// <param name="Size">Width and depth of the worktop, metres.</param>
/// <param name="Height">Worktop above the floor, metres.</param>
/// <param name="RotationDeg">Counter-clockwise on the plan, degrees.</param>
/// <param name="Regions">Hand-drawn outline per camera, pixels of that camera's stated image size; wins over the projection; null for
/// none.</param>
/// <param name="Requirements">Overrides for this station; null for the room's.</param>
public sealed record MapStation(
    StationId Id,
    string Label,
    PlanPoint Center,
    PlanSize Size,
    double Height,
    double RotationDeg = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyDictionary<CameraId, IReadOnlyList<PixelPoint>>? Regions = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MapRequirements? Requirements = null
);

/// <summary>A camera and its calibration.</summary>
/// <param name="Id">Camera.</param>
/// <param name="Image">Size of the image in which <paramref name="Calibration"/> and regions are given.</param>
/// <param name="Reference">Commissioned picture, path relative to the map file; null when none was taken yet.</param>
/// <param name="Calibration">Plan–pixel pairs; null when the camera has hand-drawn regions only.</param>
/// <param name="Name">For people; null means the id.</param>
/// <param name="RecordedSize">Size of the recorded picture where it differs from <paramref name="Image"/>; null when it does not.</param>
/// <param name="References">Further pictures of the same view in the light of a part of the day; null for none. Light, colour and noise are
/// compared with the picture of the hour; place and structure always with <paramref name="Reference"/>.</param>
/// <param name="Masks">Polygons in the picture that never count, such as an on-screen clock; pixels of <paramref name="Image"/>; null for
/// none.</param>
public sealed record MapCamera(
    CameraId Id,
    PixelSize Image,
    string? Reference = null,
    MapCalibration? Calibration = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PixelSize? RecordedSize = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MapReference>? References = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<IReadOnlyList<PixelPoint>>? Masks = null
);

/// <summary>A picture of a camera's view in the light of a part of the day.</summary>
/// <param name="From">Start, site time, <c>HH:mm</c>.</param>
/// <param name="To">End, exclusive, site time, <c>HH:mm</c>; before <paramref name="From"/> when the part spans midnight.</param>
/// <param name="Picture">Path relative to the map file.</param>
public sealed record MapReference(string From, string To, string Picture)
{
    /// <summary>Whether an hour of the site lies in the part.</summary>
    public bool Holds(TimeOnly at) =>
        at.IsBetween(
            TimeOnly.Parse(From, System.Globalization.CultureInfo.InvariantCulture),
            TimeOnly.Parse(To, System.Globalization.CultureInfo.InvariantCulture)
        );
}

/// <summary>
/// Plan–pixel pairs of a camera: at least six not all on one plane, or four on the floor; from plates eight, also on one plane.
/// </summary>
/// <param name="Points">The pairs.</param>
/// <param name="From"><see cref="Plates"/> when a machine found every pixel, to a fraction of a pixel; null when people marked
/// them.</param>
public sealed record MapCalibration(
    IReadOnlyList<CalibrationPoint> Points,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? From = null
)
{
    /// <summary>Value of <see cref="From"/>: middles of number plates, read in a picture of full size.</summary>
    public const string Plates = "plates";

    /// <summary>Fewest pairs on one plane that free a camera when they were read from plates.</summary>
    public const int FewestOnOnePlane = 8;
}

/// <summary>One pair.</summary>
/// <param name="Plan">x, y, z in metres.</param>
/// <param name="Pixel">u, v in pixels.</param>
public sealed record CalibrationPoint(SpacePoint Plan, PixelPoint Pixel);

/// <summary>A wall or pillar.</summary>
/// <param name="Outline">Plan polygon, metres.</param>
/// <param name="Height">Above the floor, metres.</param>
/// <param name="Name">For people; null for none.</param>
public sealed record MapObstacle(IReadOnlyList<PlanPoint> Outline, double Height, string? Name = null);

/// <summary>What a station needs in order to pass. Null members take the room's value, then the default.</summary>
/// <param name="DensityPxPerMetre">Pixel density at which a station passes, px/m, [1, 5000]; default 125.</param>
/// <param name="FloorDensityPxPerMetre">Pixel density at which floor counts as in view, px/m; default 25.</param>
/// <param name="InPictureShare">Least share of the worktop inside the picture, (0, 1]; default 0.75.</param>
public sealed record MapRequirements(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? DensityPxPerMetre = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? FloorDensityPxPerMetre = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? InPictureShare = null
);
