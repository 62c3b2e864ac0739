using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.Coverage.Planning;

/// <summary>What changed from one map of a room to another, in sentences. Pure.</summary>
public static class VersionDifference
{
    /// <summary>Shorter moves are the noise of marking, metres.</summary>
    private const double LeastMetres = 0.005;

    /// <summary>Changes: the room's, then obstacles', stations' and cameras'.</summary>
    /// <param name="from">Earlier map.</param>
    /// <param name="to">Later map.</param>
    /// <param name="cache">What was solved before.</param>
    public static IReadOnlyList<VersionChange> Of(StationMap from, StationMap to, PlanningCache cache) =>
        [.. Room(from, to), .. Stations(from, to), .. Cameras(from, to, cache)];

    private static IEnumerable<VersionChange> Room(StationMap from, StationMap to)
    {
        if (Text(from.Room) != Text(to.Room))
            yield return new(
                "room",
                null,
                "changed",
                new("Name, outline or height of the room are others.", "考场的名称、轮廓或层高已更改。"),
                null
            );
        if (Text(from.Requirements) != Text(to.Requirements))
            yield return new("room", null, "changed", new("What is required of every station is another.", "工位的通用要求已更改。"), null);
        if (Text(from.Obstacles ?? []) != Text(to.Obstacles ?? []))
            yield return new("obstacle", null, "changed", new("Obstacles are others.", "遮挡物已更改。"), null);
    }

    private static IEnumerable<VersionChange> Stations(StationMap from, StationMap to)
    {
        foreach (var gone in from.Stations.Where(s => to.Stations.All(o => o.Id != s.Id)))
            yield return new("station", gone.Id.Text, "removed", new($"Station {gone.Id} is gone.", $"工位 {gone.Id} 已删除。"), null);
        foreach (var station in to.Stations)
        {
            if (from.Stations.FirstOrDefault(s => s.Id == station.Id) is not { } before)
            {
                yield return new(
                    "station",
                    station.Id.Text,
                    "added",
                    new($"Station {station.Id} is new.", $"新增工位 {station.Id}。"),
                    null
                );
                continue;
            }

            var moved = Math.Sqrt(Square(station.Center.X - before.Center.X) + Square(station.Center.Y - before.Center.Y));
            var (turned, rest) = (
                station.RotationDeg - before.RotationDeg,
                Text(station with { Center = before.Center, RotationDeg = before.RotationDeg }) != Text(before)
            );
            if (moved < LeastMetres && Math.Abs(turned) < 0.05 && !rest)
                continue;
            string[] en =
            [
                .. new[]
                {
                    moved < LeastMetres ? null : $"moved by {N(moved)} m",
                    Math.Abs(turned) < 0.05 ? null : $"turned by {N(turned)}°",
                    rest ? "has another label, size, height, region or requirement" : null,
                }.OfType<string>(),
            ];
            string[] zh =
            [
                .. new[]
                {
                    moved < LeastMetres ? null : $"移动了 {N(moved)} 米",
                    Math.Abs(turned) < 0.05 ? null : $"转动了 {N(turned)}°",
                    rest ? "标签、尺寸、高度、区域或要求已更改" : null,
                }.OfType<string>(),
            ];
            yield return new(
                "station",
                station.Id.Text,
                "changed",
                new($"Station {station.Id} {string.Join(", ", en)}.", $"工位 {station.Id} {string.Join("，", zh)}。"),
                moved < LeastMetres ? null : moved
            );
        }
    }

    private static IEnumerable<VersionChange> Cameras(StationMap from, StationMap to, PlanningCache cache)
    {
        foreach (var gone in from.Cameras.Where(c => to.Cameras.All(o => o.Id != c.Id)))
            yield return new("camera", gone.Id.Text, "removed", new($"Camera {gone.Id} is gone.", $"摄像机 {gone.Id} 已删除。"), null);
        foreach (var camera in to.Cameras)
        {
            if (from.Cameras.FirstOrDefault(c => c.Id == camera.Id) is not { } before)
            {
                yield return new("camera", camera.Id.Text, "added", new($"Camera {camera.Id} is new.", $"新增摄像机 {camera.Id}。"), null);
                continue;
            }

            if (Text(camera) == Text(before))
                continue;
            var (was, now) = (CameraPoses.Of(cache.Solve(before).Projection), CameraPoses.Of(cache.Solve(camera).Projection));
            var moved =
                was is null || now is null
                    ? (double?)null
                    : Math.Sqrt(
                        Square(now.Position.X - was.Position.X)
                            + Square(now.Position.Y - was.Position.Y)
                            + Square(now.Position.Z - was.Position.Z)
                    );
            var turned =
                was is null || now is null
                    ? (double?)null
                    : Math.Max(Math.Abs(Math.IEEERemainder(now.PanDeg - was.PanDeg, 360)), Math.Abs(now.TiltDeg - was.TiltDeg));
            var picture =
                camera.Reference == before.Reference
                    ? new LocalText(string.Empty, string.Empty)
                    : new LocalText(" Its reference picture is another.", "基准画面已更换。");
            yield return new(
                "camera",
                camera.Id.Text,
                "changed",
                moved is null
                    ? new($"Camera {camera.Id} is calibrated anew.{picture.En}", $"摄像机 {camera.Id} 重新标定。{picture.Zh}")
                    : new(
                        $"Camera {camera.Id} is calibrated anew: {N(moved.Value)} m and {N(turned!.Value)}° from before.{picture.En}",
                        $"摄像机 {camera.Id} 重新标定：与之前相差 {N(moved.Value)} 米、{N(turned!.Value)}°。{picture.Zh}"
                    ),
                moved
            );
        }
    }

    private static double Square(double v) => v * v;

    private static string Text<T>(T value) => JsonSerializer.Serialize(value, ContractJson.Options);

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
