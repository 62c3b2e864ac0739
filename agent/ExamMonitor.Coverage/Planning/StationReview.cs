using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Planning;

/// <summary>Which cameras see each station, and what is missing where none does. Pure.</summary>
internal static class StationReview
{
    public static StationResult Result(RoomGeometry room, MapStation station)
    {
        var views = Views(room, station.Id);
        var required = StationRequirements.Of(room.Map, station);
        return new(
            station.Id,
            station.Label,
            required.DensityPxPerMetre,
            required.InPictureShare,
            views.ElementAtOrDefault(0)?.Camera,
            views.ElementAtOrDefault(1)?.Camera,
            views.Any(v => v.Passes),
            [.. views.Select(Result)]
        );
    }

    public static IEnumerable<SetUpFinding> Of(RoomGeometry room)
    {
        if (room.Cameras.All(c => c.Stations.All(s => s.Visible.Count == 0)))
            yield break; // nothing is calibrated yet, and that is said already
        for (var i = 0; i < room.Map.Stations.Count; i++)
        {
            var station = room.Map.Stations[i];
            var best = Views(room, station.Id).FirstOrDefault();
            if (best?.Passes == true)
                continue;
            yield return new(FindingLevel.Warning, "station-not-covered", $"$.map.stations[{i}]", Problem(station.Id, best), Mend(best))
            {
                Station = station.Id,
                Camera = best?.Camera,
            };
        }
    }

    /// <summary>Views that show any of a station, best first: the order of <see cref="RoomGeometry.Best"/>.</summary>
    private static StationView[] Views(RoomGeometry room, StationId station) =>
        [
            .. room
                .Cameras.Select(c => c.ViewOf(station))
                .Where(v => v.Visible.Count > 0)
                .OrderByDescending(v => v.Passes)
                .ThenByDescending(v => v.PxPerMetre),
        ];

    private static StationViewResult Result(StationView v) =>
        new(
            v.Camera,
            v.PxPerMetre,
            v.WorktopPxPerMetre,
            v.InPictureShare,
            v.Passes,
            v.Shortfall switch
            {
                ViewShortfall.OutsidePicture => "outside-picture",
                ViewShortfall.TooFar => "too-far",
                _ => "none",
            },
            v.HandDrawn,
            v.Basis != DensityBasis.Calibrated,
            v.Outline,
            v.WorkVolume
        );

    private static LocalText Problem(StationId station, StationView? best) =>
        best switch
        {
            null => new($"No camera shows station {station}.", $"没有摄像机能看到工位 {station}。"),
            { Shortfall: ViewShortfall.OutsidePicture } => new(
                $"No camera covers station {station}: {best.Camera} shows it best, with {Percent(best.InPictureShare)} of the worktop in the picture; {Percent(best.Requirements.InPictureShare)} are needed.",
                $"没有摄像机覆盖工位 {station}：{best.Camera} 最好，台面 {Percent(best.InPictureShare)} 在画面内，要求 {Percent(best.Requirements.InPictureShare)}。"
            ),
            _ => new(
                $"No camera covers station {station}: {best.Camera} shows it best, at {N(best.PxPerMetre)} px/m; {N(best.Requirements.DensityPxPerMetre)} are needed.",
                $"没有摄像机覆盖工位 {station}：{best.Camera} 最好，为每米 {N(best.PxPerMetre)} 像素，要求 {N(best.Requirements.DensityPxPerMetre)}。"
            ),
        };

    private static LocalText Mend(StationView? best) =>
        best switch
        {
            null => new("Turn a camera towards it, or add one.", "请将摄像机转向该工位，或增加摄像机。"),
            { Shortfall: ViewShortfall.OutsidePicture } => new(
                $"Turn {best.Camera} a little towards it, or take a wider lens.",
                $"请将 {best.Camera} 略转向该工位，或换用更广的镜头。"
            ),
            _ => new(
                $"Bring {best.Camera} nearer, take a longer lens or a larger picture, or add a camera.",
                $"请将 {best.Camera} 移近、换用长焦镜头或更高分辨率，或增加摄像机。"
            ),
        };

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");

    private static string N(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
