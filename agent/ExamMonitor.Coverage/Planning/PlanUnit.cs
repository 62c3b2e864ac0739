using System.Globalization;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.Coverage.Planning;

/// <summary>
/// Tells a plan that was drawn in millimetres or centimetres from one in metres, by its size: rooms are 2 to 200 m across. Pure.
/// </summary>
public static class PlanUnit
{
    /// <summary>Largest room that is believed, metres.</summary>
    private const double LargestMetres = 200;

    /// <summary>Metres in one of the plan's units: 1, 0.01 or 0.001.</summary>
    /// <param name="extent">Longer side of the plan, in its units.</param>
    public static double MetresPerUnit(double extent) =>
        extent <= LargestMetres ? 1
        : extent < 2000 ? 0.01
        : 0.001;

    /// <summary>The sentence; null for metres.</summary>
    /// <param name="width">Extent along x, in the plan's units.</param>
    /// <param name="height">Extent along y.</param>
    /// <param name="path">Where.</param>
    public static SetUpFinding? Finding(double width, double height, string path)
    {
        var unit = MetresPerUnit(Math.Max(width, height));
        if (unit >= 1)
            return null;
        var (en, zh, by) = unit < 0.005 ? ("millimetres", "毫米", 1000) : ("centimetres", "厘米", 100);
        var size = string.Create(CultureInfo.InvariantCulture, $"{width:0.#} × {height:0.#}");
        return new(
            FindingLevel.Error,
            "plan-millimetres",
            path,
            new($"The plan would be {size} m large: its numbers look like {en}.", $"平面图将达 {size} 米：数字看来以{zh}为单位。"),
            new($"Divide every length by {by}: the plan is in metres.", $"请将所有长度除以 {by}：平面图以米为单位。")
        );
    }
}
