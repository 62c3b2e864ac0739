using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using MathNet.Numerics.LinearAlgebra;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>Which way of solving a set of pairs allows, decided before any solving.</summary>
/// <param name="Use">The pairs to use, as places in the list.</param>
/// <param name="FloorOnly">Whether only the floor can be solved.</param>
/// <param name="Remark">What to tell of the choice; null for nothing.</param>
/// <param name="OnePlane">Whether the pairs lie on one plane above the floor, so that only a certain answer is taken.</param>
internal sealed record CalibrationPlan(int[] Use, bool FloorOnly, LocalText? Remark, bool OnePlane = false);

/// <summary>Tells pairs that can be solved from pairs that cannot, and says what to mark in addition.</summary>
internal static class CalibrationShape
{
    /// <summary>A point within this height of the floor counts as on the floor, metres.</summary>
    private const double FloorMetres = 0.02;

    /// <summary>Points within this distance of one plane leave the camera open under click noise, metres.</summary>
    private const double PlaneMetres = 0.05;

    /// <summary>No room is larger and no picture either; beyond, sums of squares lose their meaning.</summary>
    private const double FarMetres = 10_000,
        FarPixels = 100_000;

    /// <param name="points">The pairs.</param>
    /// <param name="fromPlates">Whether a machine found every pixel: then one plane may do, if the solution is certain enough.</param>
    public static (CalibrationPlan? Plan, LocalText? Refusal) Choose(IReadOnlyList<CalibrationPoint> points, bool fromPlates = false)
    {
        if (
            points.Any(p =>
                Math.Abs(p.Plan.X) > FarMetres
                || Math.Abs(p.Plan.Y) > FarMetres
                || Math.Abs(p.Plan.Z) > FarMetres
                || Math.Abs(p.Pixel.U) > FarPixels
                || Math.Abs(p.Pixel.V) > FarPixels
            )
        )
            return (null, TooFar);
        if (Twice(points) is { } twice)
            return (null, twice);
        var floor = Enumerable.Range(0, points.Count).Where(i => Math.Abs(points[i].Plan.Z) <= FloorMetres).ToArray();
        var all = Enumerable.Range(0, points.Count).ToArray();
        var (line, plane) = Spread(points);
        if (points.Count >= 4 && line < PlaneMetres)
            return (null, OnLine);
        if (points.Count >= 6 && plane >= PlaneMetres)
            return (new(all, FloorOnly: false, null), null);
        if (fromPlates && points.Count >= MapCalibration.FewestOnOnePlane && floor.Length < points.Count)
            return (new(all, FloorOnly: false, null, OnePlane: true), null);
        if (floor.Length == points.Count && floor.Length >= 4)
            return (new(floor, FloorOnly: true, HeightsIgnored), null);
        if (floor.Length >= 4 && Spread([.. floor.Select(i => points[i])]).Line >= PlaneMetres)
            return (new(floor, FloorOnly: true, SpareIgnored(points.Count - floor.Length)), null);
        return (null, points.Count >= 6 ? OnPlane : TooFew(points.Count, floor.Length));
    }

    /// <summary>Distance of the farthest point from the best line and from the best plane, metres.</summary>
    private static (double Line, double Plane) Spread(IReadOnlyList<CalibrationPoint> points)
    {
        if (points.Count == 0)
            return (0, 0);
        double x = points.Average(p => p.Plan.X),
            y = points.Average(p => p.Plan.Y),
            z = points.Average(p => p.Plan.Z);
        var m = Matrix<double>.Build.Dense(Math.Max(3, points.Count), 3);
        for (var i = 0; i < points.Count; i++)
            m.SetRow(i, [points[i].Plan.X - x, points[i].Plan.Y - y, points[i].Plan.Z - z]);
        var axes = m.Svd().VT;
        Vec3 along = Row(axes, 0),
            normal = Row(axes, 2);
        double line = 0,
            plane = 0;
        foreach (var p in points)
        {
            var v = new Vec3(p.Plan.X - x, p.Plan.Y - y, p.Plan.Z - z);
            line = Math.Max(line, v.Cross(along).Length);
            plane = Math.Max(plane, Math.Abs(v.Dot(normal)));
        }

        return (line, plane);
    }

    private static Vec3 Row(Matrix<double> m, int row) => new(m[row, 0], m[row, 1], m[row, 2]);

    private static LocalText? Twice(IReadOnlyList<CalibrationPoint> points)
    {
        for (var i = 0; i < points.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if ((Vec3.From(points[i].Plan) - Vec3.From(points[j].Plan)).Length > 0.005)
                    continue;
                return new(
                    $"Points {j + 1} and {i + 1} are the same place of the room: delete one of them.",
                    $"第 {j + 1} 点和第 {i + 1} 点是房间里的同一位置：请删除其中一个。"
                );
            }
        }

        return null;
    }

    private static LocalText TooFar { get; } =
        new(
            "A point lies kilometres away or far outside any picture. Plan positions are metres, pixels are counted from the picture's top left corner.",
            "有点位于数公里之外或远在画面之外。平面坐标以米为单位，像素从画面左上角算起。"
        );

    private static LocalText OnLine { get; } =
        new(
            "All points lie on one line, which leaves the camera free to swing about it. Mark points spread over the room: near and far, left and right.",
            "所有点都在一条直线上，无法确定摄像机的位置。请把点分散标在房间的远近左右各处。"
        );

    internal static LocalText OnPlane { get; } =
        new(
            "All points lie on one plane that is not the floor, so the camera's distance and lens cannot be told apart. Mark at least two more points off that plane, such as two corners of the floor.",
            "所有点都在同一平面上，且不是地面，无法区分摄像机的距离与镜头。请在该平面之外至少再标两点，例如两个地面墙角。"
        );

    private static LocalText HeightsIgnored { get; } =
        new(
            "All points lie on the floor: heights are ignored, so each worktop is shown where it would lie on the floor. Mark two points above the floor (six in all), such as corners of worktops, for true outlines.",
            "所有点都在地面上：高度被忽略，工作台面显示在它落到地面的位置。再标两个高于地面的点（共六个），例如台面的角，即可得到准确轮廓。"
        );

    private static LocalText SpareIgnored(int count) =>
        new(
            $"Only the points on the floor are used, and heights are ignored: {count} above the floor do not suffice yet. Mark six points in all, not all on one plane.",
            $"只使用了地面上的点，并忽略高度：另有 {count} 个高于地面的点还不够。请共标六个点，且不要全在同一平面上。"
        );

    private static LocalText TooFew(int count, int floor) =>
        new(
            $"There are {count} points, {floor} of them on the floor. Mark at least six that are not all on one plane, or four on the floor.",
            $"现有 {count} 个点，其中 {floor} 个在地面上。请至少标六个不全在同一平面上的点，或四个地面点。"
        );
}
