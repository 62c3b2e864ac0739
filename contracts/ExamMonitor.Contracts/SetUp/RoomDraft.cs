using System.Text.Json.Serialization;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.SetUp;

/// <summary>A room that somebody works on.</summary>
/// <param name="Map">Map as far as it got: it may lack cameras and points. What is wrong with it is a finding, not a refusal.</param>
/// <param name="VirtualCameras">Cameras that do not hang yet; one with the id of a camera of the map stands in its place. Null for
/// none.</param>
/// <param name="HeatMap">Whether the answer is to hold the floor's cells.</param>
public sealed record RoomDraft(StationMap Map, IReadOnlyList<VirtualCamera>? VirtualCameras = null, bool HeatMap = true);

/// <summary>A camera that does not hang yet.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Position">Where the lens would be, metres.</param>
/// <param name="PanDeg">Direction of view on the plan: 0 along x, 90 along y, counter-clockwise, degrees [−360, 360].</param>
/// <param name="TiltDeg">Downwards from the horizon, degrees [−90, 90]: 90 looks straight down.</param>
/// <param name="HorizontalFieldOfViewDeg">Opening angle of the lens, degrees [10, 150].</param>
/// <param name="Image">Size of the recorded picture.</param>
/// <param name="RollDeg">Clockwise about the view, degrees [−180, 180].</param>
/// <param name="Name">For people; null for the id.</param>
public sealed record VirtualCamera(
    CameraId Id,
    SpacePoint Position,
    double PanDeg,
    double TiltDeg,
    double HorizontalFieldOfViewDeg,
    PixelSize Image,
    double RollDeg = 0,
    string? Name = null
);

/// <summary>What a draft would give.</summary>
/// <param name="Findings">Sentences at their places, errors first.</param>
/// <param name="Stations">Per station of the map, in its order; empty when the map could not be read.</param>
/// <param name="Cameras">Per camera of the map, in its order, then virtual ones.</param>
/// <param name="Floor">The floor; null when the map could not be read.</param>
/// <param name="ElapsedMs">Time that it took, milliseconds.</param>
public sealed record DraftResult(
    IReadOnlyList<SetUpFinding> Findings,
    IReadOnlyList<StationResult> Stations,
    IReadOnlyList<CameraResult> Cameras,
    FloorResult? Floor,
    double ElapsedMs
);

/// <summary>Which cameras see a station, by geometry.</summary>
/// <param name="Station">Station.</param>
/// <param name="Label">What its plate says.</param>
/// <param name="RequiredPxPerMetre">Density at which it passes.</param>
/// <param name="RequiredInPictureShare">Least share of the worktop inside the picture.</param>
/// <param name="Best">Camera that sees it best, a passing one before one that does not; null when none shows any of it.</param>
/// <param name="Second">The next; null when there is none.</param>
/// <param name="Passes">Whether any camera passes.</param>
/// <param name="Views">Per camera that shows any of it, best first.</param>
public sealed record StationResult(
    StationId Station,
    string Label,
    double RequiredPxPerMetre,
    double RequiredInPictureShare,
    CameraId? Best,
    CameraId? Second,
    bool Passes,
    IReadOnlyList<StationViewResult> Views
);

/// <summary>A station in one camera's picture.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="PxPerMetre">Density of a target that faces the camera, at the recorded size.</param>
/// <param name="WorktopPxPerMetre">The worktop's own, foreshortened; null when unknown.</param>
/// <param name="InPictureShare">Share of the worktop inside the picture, [0, 1].</param>
/// <param name="Passes">Whether this camera covers it.</param>
/// <param name="Shortfall">Why not: <c>none</c>, <c>outside-picture</c>, <c>too-far</c>.</param>
/// <param name="HandDrawn">Whether the outline was drawn by hand.</param>
/// <param name="Estimated">Whether the density is an estimate (floor only, or by the region's area).</param>
/// <param name="Outline">Worktop, pixels of the map's image size; may reach outside the picture.</param>
/// <param name="Volume">Silhouette of the work volume.</param>
public sealed record StationViewResult(
    CameraId Camera,
    double PxPerMetre,
    double? WorktopPxPerMetre,
    double InPictureShare,
    bool Passes,
    string Shortfall,
    bool HandDrawn,
    bool Estimated,
    IReadOnlyList<PixelPoint> Outline,
    IReadOnlyList<PixelPoint> Volume
);

/// <summary>A camera, solved.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="IsVirtual">Whether it hangs in the draft alone.</param>
/// <param name="Kind"><c>none</c>, <c>refused</c>, <c>floor-only</c>, <c>spatial</c>.</param>
/// <param name="Refusal">Why it was refused and what to do; null unless refused.</param>
/// <param name="Remarks">What to know of an accepted solution.</param>
/// <param name="Points">Per point, in the map's order.</param>
/// <param name="RmsPx">Root mean square of the misses; null when nothing could be solved.</param>
/// <param name="HeldOutRmsPx">The same of the held-out misses: the honest accuracy; null when no point can be spared.</param>
/// <param name="HeldOutShare"><paramref name="HeldOutRmsPx"/> ÷ picture's diagonal; null as above. 0.01 is one per cent.</param>
/// <param name="Image">Size of the picture in which pixels are given.</param>
/// <param name="Pose">Where it hangs; null when unknown.</param>
/// <param name="FloorView">Floor that it sees, plan polygon, metres; empty when unknown.</param>
public sealed record CameraResult(
    CameraId Camera,
    bool IsVirtual,
    string Kind,
    LocalText? Refusal,
    IReadOnlyList<LocalText> Remarks,
    IReadOnlyList<PointResult> Points,
    double? RmsPx,
    double? HeldOutRmsPx,
    double? HeldOutShare,
    PixelSize Image,
    CameraPose? Pose,
    IReadOnlyList<PlanPoint> FloorView
);

/// <summary>Where a camera hangs and looks.</summary>
/// <param name="Position">Metres.</param>
/// <param name="PanDeg">As of <see cref="VirtualCamera"/>.</param>
/// <param name="TiltDeg">As of <see cref="VirtualCamera"/>.</param>
/// <param name="RollDeg">As of <see cref="VirtualCamera"/>.</param>
/// <param name="HorizontalFieldOfViewDeg">Opening angle, degrees.</param>
public sealed record CameraPose(SpacePoint Position, double PanDeg, double TiltDeg, double RollDeg, double HorizontalFieldOfViewDeg);

/// <summary>How well a point agrees.</summary>
/// <param name="Index">Place in the list, from 0.</param>
/// <param name="Projected">Where the solution puts it; null when it cannot see it.</param>
/// <param name="MissPx">Distance, pixels; null when <paramref name="Projected"/> is null.</param>
/// <param name="MissCm">The same in the room, centimetres; null when unknown.</param>
/// <param name="HeldOutPx">Miss when it alone is left out; null when no point can be spared.</param>
/// <param name="State"><c>fits</c>, <c>doubtful</c>, <c>wrong</c>; <c>unknown</c> while nothing is solved.</param>
/// <param name="Text">What is said of it; null for nothing.</param>
public sealed record PointResult(
    int Index,
    PixelPoint? Projected,
    double? MissPx,
    double? MissCm,
    double? HeldOutPx,
    string State,
    LocalText? Text
);

/// <summary>The floor.</summary>
/// <param name="AreaM2">Without obstacles, m².</param>
/// <param name="ByOne">Share in view of at least one camera, [0, 1]; null when no camera's view is known.</param>
/// <param name="ByTwo">Share in view of at least two.</param>
/// <param name="Blind">Blind spots, largest first.</param>
/// <param name="Cells">Heat map; null when it was not asked for.</param>
public sealed record FloorResult(
    double AreaM2,
    double? ByOne,
    double? ByTwo,
    IReadOnlyList<BlindFloor> Blind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FloorCells? Cells = null
);

/// <summary>Floor that no camera sees.</summary>
/// <param name="Outline">Plan polygon, metres.</param>
/// <param name="AreaM2">m².</param>
public sealed record BlindFloor(IReadOnlyList<PlanPoint> Outline, double AreaM2);

/// <summary>How many cameras see each cell of the floor.</summary>
/// <param name="Left">x of the first column's left edge, metres.</param>
/// <param name="Bottom">y of the first row's lower edge, metres.</param>
/// <param name="Cell">Side of a cell, metres.</param>
/// <param name="Columns">Cells along x; at most 200.</param>
/// <param name="Rows">Cells along y; at most 200.</param>
/// <param name="Counts">One character a cell, row by row from the bottom: <c>.</c> off the floor, <c>0</c> to <c>9</c> cameras (9: nine or
/// more).</param>
public sealed record FloorCells(double Left, double Bottom, double Cell, int Columns, int Rows, string Counts);

/// <summary>A move of one camera that would help.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="Pose">Where it would hang and look.</param>
/// <param name="StationsBefore">Stations that pass now.</param>
/// <param name="StationsAfter">Stations that would pass.</param>
/// <param name="FloorBefore">Share of the floor in view now, [0, 1].</param>
/// <param name="FloorAfter">Share that would be.</param>
/// <param name="Text">For a person: what to turn or move, by how much.</param>
public sealed record CameraMove(
    CameraId Camera,
    CameraPose Pose,
    int StationsBefore,
    int StationsAfter,
    double FloorBefore,
    double FloorAfter,
    LocalText Text
);
