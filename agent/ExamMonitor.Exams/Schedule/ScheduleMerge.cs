using System.Globalization;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Schedule.Reading;

namespace ExamMonitor.Exams.Schedule;

/// <summary>What an import is asked to do.</summary>
/// <param name="Now">UTC.</param>
/// <param name="Margins">Margins in force.</param>
/// <param name="Zone">Site time zone.</param>
/// <param name="Replace">Whether future sessions of the rooms and days of the file that it does not list are called off.</param>
/// <param name="Reason">Why; calling off a session that has begun needs one.</param>
internal sealed record MergeRequest(DateTimeOffset Now, SessionMargins Margins, TimeZoneInfo Zone, bool Replace, string? Reason);

/// <summary>
/// Compares a schedule with the one in force. Pure. What would take footage out of its class is refused, and with it the whole import.
/// </summary>
internal static class ScheduleMerge
{
    /// <summary>One change per session, in order of time, and findings that only the whole can tell.</summary>
    /// <param name="current">Schedule in force.</param>
    /// <param name="wanted">Sessions of the file.</param>
    /// <param name="lines">Line of each; a session that came by itself has none.</param>
    /// <param name="request">How.</param>
    /// <param name="findings">Where findings go.</param>
    public static IReadOnlyList<SessionChange> Plan(
        IReadOnlyDictionary<ExamSessionId, ExamSession> current,
        IReadOnlyList<ExamSession> wanted,
        IReadOnlyDictionary<ExamSessionId, int> lines,
        MergeRequest request,
        ScheduleFindings findings
    )
    {
        var changes = wanted.Select(w => Of(current.GetValueOrDefault(w.Id), w, request)).ToList();
        if (request.Replace)
            changes.AddRange(Absent(current, wanted, request, findings));
        var after = current.Values.ToDictionary(s => s.Id);
        foreach (var change in changes.Where(c => c.Kind != SessionChangeKind.Refused))
            after[change.After.Id] = change.After;
        var touched = changes
            .Where(c => c.Kind is SessionChangeKind.Added or SessionChangeKind.Changed)
            .Select(c => c.After.Id)
            .ToHashSet();
        foreach (var (first, second) in Overlaps.Of(after.Values))
        {
            var culprit = touched.Contains(second.Id) ? second : first;
            if (!touched.Contains(culprit.Id) || (lines.ContainsKey(first.Id) && lines.ContainsKey(second.Id)))
                continue;
            findings.Error(
                lines.GetValueOrDefault(culprit.Id),
                culprit.Id.Text,
                Overlaps.Text(culprit == second ? first : second, culprit, request.Zone),
                Overlaps.Mend
            );
        }

        return [.. changes.OrderBy(c => c.After.Start).ThenBy(c => c.After.Id.Text, StringComparer.Ordinal)];
    }

    private static SessionChange Of(ExamSession? before, ExamSession after, MergeRequest request)
    {
        if (before is null)
            return new(after.Cancelled ? SessionChangeKind.Cancelled : SessionChangeKind.Added, null, after, null);
        if (before == after)
            return new(SessionChangeKind.Unchanged, before, after, null);
        var begun = !before.Cancelled && request.Margins.From(before) <= request.Now;
        if (begun && WhyNot(before, after, request) is { } why)
            return new(SessionChangeKind.Refused, before, after, why);
        return new(after.Cancelled && !before.Cancelled ? SessionChangeKind.Cancelled : SessionChangeKind.Changed, before, after, null);
    }

    /// <summary>
    /// A session that has begun may be called off with a reason, made longer, or described otherwise; footage that it has already claimed
    /// stays claimed.
    /// </summary>
    private static LocalText? WhyNot(ExamSession before, ExamSession after, MergeRequest request)
    {
        if (before.Room != after.Room)
            return Begun(
                request,
                before,
                "its room cannot change: footage of the old room would lose its class. Add another session for the new room.",
                "不能更换考场：原考场的录像将失去考试类别。请为新考场另建场次。"
            );
        if (before.Batch != after.Batch)
            return Begun(
                request,
                before,
                "its batch cannot change: its footage is filed already. Correct the batch of the others, or add another session.",
                "不能更换批次：录像已归入原批次。"
            );
        if (after.Cancelled)
        {
            return request.Reason is not null
                ? null
                : Begun(
                    request,
                    before,
                    "calling it off needs a reason; its footage stays exam footage.",
                    "取消时必须说明原因；其录像仍为考试录像。"
                );
        }

        if (after.Start > before.Start && before.Start - request.Margins.Before < request.Now)
            return Begun(
                request,
                before,
                "its start cannot be moved later: footage recorded before the new start would lose its class.",
                "开始时间不能推后：此前的录像将失去考试类别。"
            );
        if (after.End < before.End && request.Margins.To(after) < request.Now)
            return Begun(
                request,
                before,
                "its end with its margin cannot be moved to before now: footage recorded since would lose its class.",
                "结束时间（含延后量）不能提前到现在之前：此后的录像将失去考试类别。"
            );
        return null;
    }

    private static LocalText Begun(MergeRequest request, ExamSession session, string en, string zh)
    {
        var from = SiteTime.Format(request.Margins.From(session), request.Zone);
        return new(
            $"Session {session.Id} has begun ({from} with its margin): {en}",
            $"场次 {session.Id} 已开始（含提前量，自 {from} 起）：{zh}"
        );
    }

    private static IEnumerable<SessionChange> Absent(
        IReadOnlyDictionary<ExamSessionId, ExamSession> current,
        IReadOnlyList<ExamSession> wanted,
        MergeRequest request,
        ScheduleFindings findings
    )
    {
        if (wanted.Count == 0)
            yield break;
        var listed = wanted.Select(w => w.Id).ToHashSet();
        var rooms = wanted.Select(w => w.Room).ToHashSet();
        var (first, last) = (
            wanted.Min(w => SiteTime.DateOf(w.Start, request.Zone)),
            wanted.Max(w => SiteTime.DateOf(w.Start, request.Zone))
        );
        foreach (var session in current.Values.Where(s => !s.Cancelled && !listed.Contains(s.Id) && rooms.Contains(s.Room)))
        {
            var day = SiteTime.DateOf(session.Start, request.Zone);
            if (day < first || day > last)
                continue;
            if (request.Margins.From(session) > request.Now)
            {
                yield return new(
                    SessionChangeKind.Cancelled,
                    session,
                    session with
                    {
                        Cancelled = true,
                    },
                    new("The file does not list it any more.", "文件中已没有此场次。")
                );
                continue;
            }

            findings.Warn(
                0,
                session.Id.Text,
                new(
                    string.Create(CultureInfo.InvariantCulture, $"Session {session.Id} is not in the file, but has begun: it is kept."),
                    $"文件中没有场次 {session.Id}，但它已开始，因此保留。"
                ),
                new("Call it off by itself, with a reason, if it did not take place.", "如未举行，请单独取消并说明原因。")
            );
        }
    }

    /// <summary>How many of each kind.</summary>
    public static SessionChangeCounts Count(IReadOnlyList<SessionChange> changes) =>
        new(
            changes.Count(c => c.Kind == SessionChangeKind.Added),
            changes.Count(c => c.Kind == SessionChangeKind.Changed),
            changes.Count(c => c.Kind == SessionChangeKind.Cancelled),
            changes.Count(c => c.Kind == SessionChangeKind.Unchanged),
            changes.Count(c => c.Kind == SessionChangeKind.Refused)
        );
}
