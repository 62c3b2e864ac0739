using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Plates;

/// <summary>What a check of the plates says to people.</summary>
internal static class PlateSentences
{
    public static LocalText Seen(string station) =>
        new($"The plate of station {station} is at its place.", $"{station} 号工位的编号牌在其位置上。");

    public static LocalText Wrong(string station, string plate) =>
        new(
            $"The plate of station {plate} stands where the map says station {station}: put each plate at its own station, or correct the map.",
            $"{plate} 号工位的编号牌位于地图上的 {station} 号工位处：请将编号牌放回各自工位，或更正地图。"
        );

    public static LocalText Foreign(string station, int tag) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"A plate with number {tag}, which no station of this room has, stands where the map says station {station}: put the plate of station {station} there, or correct the map."
            ),
            string.Create(
                CultureInfo.InvariantCulture,
                $"地图上的 {station} 号工位处有编号 {tag} 的编号牌，本考场没有该编号：请换上 {station} 号工位的编号牌，或更正地图。"
            )
        );

    public static LocalText Elsewhere(string station, string at) =>
        new(
            $"The plate of station {station} is not at its place: it stands where the map says station {at}.",
            $"{station} 号工位的编号牌不在其位置上：它位于地图上的 {at} 号工位处。"
        );

    public static LocalText Nowhere(string station, MapCamera camera) =>
        new(
            $"The plate of station {station} is not at its place: camera {Name(camera)} sees it at no station. Put it at its station, or calibrate the camera again.",
            $"{station} 号工位的编号牌不在其位置上：摄像机 {Name(camera)} 看到它不在任何工位处。请放回其工位，或重新标定摄像机。"
        );

    public static LocalText TooSmall(string station, double side, MapCamera camera) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The plate of station {station} cannot be read: it would be {Math.Floor(side):0} px wide at best (camera {Name(camera)}), and {PlateRoomCheck.LeastSidePx:0} px are needed. Print it on A3, or move a camera nearer."
            ),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{station} 号工位的编号牌无法识别：最佳画面（摄像机 {Name(camera)}）中约 {Math.Floor(side):0} 像素宽，至少需要 {PlateRoomCheck.LeastSidePx:0} 像素。请改用 A3 打印，或将摄像机移近。"
            )
        );

    public static LocalText Hidden(string station) =>
        new(
            $"The plate of station {station} was not seen: something hides the station.",
            $"未看到 {station} 号工位的编号牌：该工位被遮挡。"
        );

    public static LocalText NotStuck(string station, MapCamera camera) =>
        new(
            $"The plate of station {station} was not seen, though camera {Name(camera)} has the station in clear view: stick it up flat, facing the camera, where nothing covers it; print it again if it is worn.",
            $"未看到 {station} 号工位的编号牌，而摄像机 {Name(camera)} 能清楚看到该工位：请将编号牌平整张贴在面向摄像机、无遮挡的醒目处；如有磨损请重新打印。"
        );

    public static LocalText NotInView(string station) =>
        new(
            $"Whether the plate of station {station} is at its place was not measured: no camera shows the station.",
            $"未能检查 {station} 号工位的编号牌：没有摄像机能看到该工位。"
        );

    public static LocalText NotMeasured(string station, LocalText why) =>
        new(
            $"Whether the plate of station {station} is at its place was not measured: {char.ToLowerInvariant(why.En[0])}{why.En[1..]}",
            $"未能检查 {station} 号工位的编号牌：{why.Zh}"
        );

    private static string Name(MapCamera camera) => camera.Name ?? camera.Id.Text;
}
