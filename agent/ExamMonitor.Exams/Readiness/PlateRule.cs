using ExamMonitor.Contracts.Messages;
using ExamMonitor.Exams.Plates;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Exams.Readiness;

/// <summary>
/// Do the number plates stand at their stations (COV-8)? Pure. A plate at the wrong station is a No; one that was not seen only informs:
/// somebody may stand before it (decision 0120).
/// </summary>
internal static class PlateRule
{
    /// <summary>A reading is made once a day; one that is older says nothing of today.</summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromHours(25);

    /// <summary>The answer.</summary>
    public static ReadinessCheck Judge(PlateReadiness plates, RoomId room, DateTimeOffset now)
    {
        if (plates.Wrong.Count > 0)
        {
            var at = plates.Wrong.Select(w => plates.Stations.FirstOrDefault(s => s.Station == w)?.Label ?? w.Text).ToList();
            return ReadinessRules.No(
                CheckNames.Plates,
                new(
                    $"The plate of another station stands at: {ReadinessRules.Names(at)}.",
                    $"以下工位处为其他工位的编号牌：{ReadinessRules.ZhNames(at)}。"
                ),
                new(
                    $"Put each plate at its own station, or correct the map; then {ReadAgain(room).En}",
                    $"请将编号牌放回各自工位，或更正地图；然后{ReadAgain(room).Zh}"
                )
            );
        }

        if (now - plates.At > BelievedFor || plates.At > now)
            return Informs(
                null,
                new("The number plates were not read within the last day.", "最近一天未识别编号牌。"),
                new($"To know today: {ReadAgain(room).En}", $"如需确认，请{ReadAgain(room).Zh}")
            );
        var seen = plates.Stations.Count(s => s.Verdict == PlateVerdict.Seen);
        var missing = plates
            .Stations.Where(s => s.Verdict == PlateVerdict.NotSeen && s.Reason is not ("hidden" or "too-small"))
            .Select(s => s.Label)
            .ToList();
        var unknown = plates.Stations.Where(s => s.Verdict != PlateVerdict.Seen).Select(s => s.Label).ToList();
        var mend = new LocalText(
            $"Stick the plates up where the cameras see them; the list of plates says what was in the way. Then {ReadAgain(room).En}",
            $"请将编号牌张贴在摄像机可见处，编号牌列表说明了原因；然后{ReadAgain(room).Zh}"
        );
        if (missing.Count > 0)
            return Informs(
                false,
                new(
                    $"{seen} of {plates.Stations.Count} plates were read at their stations; not seen: {ReadinessRules.Names(missing)}.",
                    $"{plates.Stations.Count} 个编号牌中 {seen} 个在其位置上被识别；未看到：{ReadinessRules.ZhNames(missing)}。"
                ),
                mend
            );
        return unknown.Count > 0
            ? Informs(
                null,
                new(
                    $"{seen} of {plates.Stations.Count} plates were read at their stations; nothing can be said of: {ReadinessRules.Names(unknown)}.",
                    $"{plates.Stations.Count} 个编号牌中 {seen} 个在其位置上被识别；无法判定：{ReadinessRules.ZhNames(unknown)}。"
                ),
                mend
            )
            : ReadinessRules.Yes(
                CheckNames.Plates,
                new(
                    $"All {plates.Stations.Count} plates were read at their stations.",
                    $"全部 {plates.Stations.Count} 个编号牌均在其位置上。"
                )
            );
    }

    private static ReadinessCheck Informs(bool? ok, LocalText text, LocalText mend) =>
        new(CheckNames.Plates, ok, Required: false, text, mend);

    private static LocalText ReadAgain(RoomId room) =>
        new(
            $"read the plates again: button on the readiness page, or exam-monitor-agent plates check --room {room}.",
            $"重新识别编号牌：就绪检查页面的按钮，或 exam-monitor-agent plates check --room {room}。"
        );
}
