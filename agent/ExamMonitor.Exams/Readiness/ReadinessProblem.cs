using ExamMonitor.Contracts.Messages;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Problems;

namespace ExamMonitor.Exams.Readiness;

/// <summary>A room that is not ready for its next session is a problem until it is. Pure.</summary>
internal static class ReadinessProblem
{
    /// <summary>Code of the problem.</summary>
    public const string Code = "room-not-ready";

    private static readonly Dictionary<string, LocalText> Words = new(StringComparer.Ordinal)
    {
        [CheckNames.Cameras] = new("cameras", "摄像机"),
        [CheckNames.StationsCovered] = new("stations in view", "工位覆盖"),
        [CheckNames.StationsLit] = new("light", "照明"),
        [CheckNames.Plates] = new("number plates", "编号牌"),
        [CheckNames.WholeArea] = new("whole area in view", "全场覆盖"),
        [CheckNames.Audio] = new("sound", "声音"),
        [CheckNames.Clock] = new("clock", "时钟"),
        [CheckNames.CameraClocks] = new("camera clocks", "摄像机时钟"),
        [CheckNames.Space] = new("space", "存储空间"),
        [CheckNames.Calibration] = new("signed map", "地图签署"),
        [CheckNames.Scrub] = new("re-reading of the archive", "录像巡检"),
        [CheckNames.Ledger] = new("ledger", "账本"),
    };

    /// <summary>The problem; null when the answer is yes or there is none.</summary>
    /// <param name="newest">Newest answer for the room's next session.</param>
    /// <param name="now">UTC.</param>
    public static Observation? Of(RoomReadiness? newest, DateTimeOffset now)
    {
        if (newest is not { Ready: false, Session: { } session, SessionStart: { } start } || now >= start)
            return null;
        var missing = newest
            .Checks.Where(c => c.Required && c.Ok != true)
            .Select(c => Words.GetValueOrDefault(c.Id, new(c.Id, c.Id)))
            .ToList();
        var severity = start - now <= ReadinessDue.Second ? Severity.Critical : Severity.Warning;
        return new(
            Code,
            new(newest.Room, null, null),
            severity,
            new(
                $"Not ready for session {session}: {string.Join(", ", missing.Select(m => m.En))}. The readiness page says what to do.",
                $"尚未具备场次 {session} 的开考条件：{string.Join('、', missing.Select(m => m.Zh))}。处理办法见就绪检查页面。"
            ),
            Contracts.Api.AgentApi.RoomReadiness(newest.Room)
        );
    }
}
