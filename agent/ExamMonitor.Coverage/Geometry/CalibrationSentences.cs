using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>What is said of single points.</summary>
internal static class CalibrationSentences
{
    public static LocalText WrongPoint(IReadOnlyList<PointResidual> residuals, double limitPx)
    {
        var wrong = residuals.Where(r => r.MissPx > limitPx).OrderByDescending(r => r.MissPx).ToArray();
        var first = wrong[0];
        var rest =
            wrong.Length == 1
                ? string.Empty
                : string.Join(", ", wrong.Skip(1).Take(5).Select(r => r.Number.ToString(CultureInfo.InvariantCulture)));
        var limit = limitPx.ToString("0", CultureInfo.InvariantCulture);
        return new(
            $"Point {first.Number} does not fit: plan {Plan(first)} was marked at pixel {Pixel(first)}, {Miss(first)} from where the other points put it (limit {limit} px)."
                + (
                    rest.Length == 0
                        ? " Mark it again, or correct its plan position."
                        : $" Points {rest} do not fit either. Check whether plan positions were swapped or the camera was moved while marking."
                ),
            $"第 {first.Number} 点不吻合：平面位置 {Plan(first)} 标在像素 {Pixel(first)}，与其他点推算的位置相差 {Miss(first)}（上限 {limit} px）。"
                + (
                    rest.Length == 0
                        ? "请重新标记该点，或更正其平面坐标。"
                        : $"第 {rest} 点也不吻合。请检查平面坐标是否对调，或标记期间摄像机是否被移动。"
                )
        );
    }

    public static LocalText Doubtful(PointResidual r) =>
        new(
            $"Point {r.Number} stands out: {Miss(r)} from where the other points put it. Mark it again if that is more than you would expect of your measuring.",
            $"第 {r.Number} 点偏差较大：与其他点推算的位置相差 {Miss(r)}。如超出测量误差，请重新标记。"
        );

    public static LocalText NoSpare { get; } =
        new(
            "There is no spare point, so a wrong one could not be noticed. Mark one or two more.",
            "没有多余的点，标错也无法发现。请再标一两个点。"
        );

    public static LocalText Elsewhere(SpacePoint at) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The solution puts the camera outside the room, at x {at.X:0.0}, y {at.Y:0.0}, {at.Z:0.0} m above the floor. Check that plan x runs right and y runs up, and that heights are metres above the floor."
            ),
            string.Create(
                CultureInfo.InvariantCulture,
                $"推算出的摄像机位置在房间之外：x {at.X:0.0}，y {at.Y:0.0}，离地 {at.Z:0.0} 米。请检查平面坐标 x 向右、y 向上，高度为离地米数。"
            )
        );

    public static LocalText Uncertain(IReadOnlyList<string> stations, double offPx)
    {
        var names = string.Join(", ", stations.Take(6)) + (stations.Count > 6 ? " …" : string.Empty);
        var off = offPx.ToString("0", CultureInfo.InvariantCulture);
        return new(
            $"The points lie too far from {names}: outlines there may be off by {off} px. Mark a point at or near each of them.",
            $"标记点离 {names} 太远：那里的轮廓可能偏差 {off} px。请在这些工位上或附近各标一个点。"
        );
    }

    private static string Plan(PointResidual r) =>
        string.Create(CultureInfo.InvariantCulture, $"({r.Point.Plan.X:0.00}, {r.Point.Plan.Y:0.00}, {r.Point.Plan.Z:0.00})");

    private static string Pixel(PointResidual r) =>
        string.Create(CultureInfo.InvariantCulture, $"({r.Point.Pixel.U:0}, {r.Point.Pixel.V:0})");

    private static string Miss(PointResidual r) =>
        double.IsFinite(r.MissPx)
            ? string.Create(CultureInfo.InvariantCulture, $"{r.MissPx:0.0} px")
                + (r.MissCm is { } cm ? string.Create(CultureInfo.InvariantCulture, $" ({cm:0} cm)") : string.Empty)
            : "∞ px";
}
