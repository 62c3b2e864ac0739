using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>Finds sessions of one room that overlap. Pure. Margins may overlap; what was called off counts for nothing.</summary>
internal static class Overlaps
{
    /// <summary>What to do about an overlap.</summary>
    public static readonly LocalText Mend = new("Correct room or time, or call one of them off.", "请更正考场或时间，或取消其中一场。");

    /// <summary>Pairs in order of time; each session stands at most once as the second.</summary>
    public static IEnumerable<(ExamSession First, ExamSession Second)> Of(IEnumerable<ExamSession> sessions)
    {
        foreach (var room in sessions.Where(s => !s.Cancelled).GroupBy(s => s.Room))
        {
            ExamSession? last = null;
            foreach (var session in room.OrderBy(s => s.Start).ThenBy(s => s.End).ThenBy(s => s.Id.Text, StringComparer.Ordinal))
            {
                if (last is not null && session.Start < last.End)
                    yield return (last, session);
                if (last is null || session.End > last.End)
                    last = session;
            }
        }
    }

    /// <summary>In one sentence.</summary>
    public static LocalText Text(ExamSession first, ExamSession second, TimeZoneInfo zone) =>
        new(
            $"It overlaps session {first.Id} in room {second.Room}, which lasts from {SiteTime.Format(first.Start, zone)} to {SiteTime.Format(first.End, zone)}.",
            $"与考场 {second.Room} 的场次 {first.Id}（{SiteTime.Format(first.Start, zone)} 至 {SiteTime.Format(first.End, zone)}）时间重叠。"
        );
}
