using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts.Maps;

/// <summary>A point of the plan, metres; JSON <c>[x, y]</c>.</summary>
/// <param name="X">Right.</param>
/// <param name="Y">Up.</param>
[JsonConverter(typeof(PlanPointJsonConverter))]
public readonly record struct PlanPoint(double X, double Y);

/// <summary>A point of the room, metres; JSON <c>[x, y, z]</c>.</summary>
/// <param name="X">Right.</param>
/// <param name="Y">Up on the plan.</param>
/// <param name="Z">Above the floor.</param>
[JsonConverter(typeof(SpacePointJsonConverter))]
public readonly record struct SpacePoint(double X, double Y, double Z);

/// <summary>Width and depth on the plan, metres; JSON <c>[width, depth]</c>.</summary>
/// <param name="Width">Along the x axis before rotation, > 0.</param>
/// <param name="Depth">Along the y axis before rotation, > 0.</param>
[JsonConverter(typeof(PlanSizeJsonConverter))]
public readonly record struct PlanSize(double Width, double Depth);

/// <summary>A point of a picture, pixels from the top left corner; JSON <c>[u, v]</c>.</summary>
/// <param name="U">Right.</param>
/// <param name="V">Down.</param>
[JsonConverter(typeof(PixelPointJsonConverter))]
public readonly record struct PixelPoint(double U, double V);

/// <summary>Size of a picture, pixels; JSON <c>{"width":…,"height":…}</c>.</summary>
/// <param name="Width">[16, 16384].</param>
/// <param name="Height">[16, 16384].</param>
public readonly record struct PixelSize(int Width, int Height);
