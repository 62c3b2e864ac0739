using System.Globalization;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>Checks the texts of a file and makes sessions of them.</summary>
/// <param name="context">What they are checked against.</param>
/// <param name="findings">Where what is wrong goes.</param>
internal sealed class SessionBuilder(ScheduleContext context, ScheduleFindings findings)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    private readonly Dictionary<ExamSessionId, ExamSession> _sessions = [];
    private readonly Dictionary<ExamSessionId, int> _lines = [];

    /// <summary>Sessions in order of time.</summary>
    public IReadOnlyList<ExamSession> Sessions =>
        [.. _sessions.Values.OrderBy(s => s.Start).ThenBy(s => s.Id.Text, StringComparer.Ordinal)];

    /// <summary>Line of each.</summary>
    public IReadOnlyDictionary<ExamSessionId, int> Lines => _lines;

    /// <summary>Checks one session; a session of another agent's room is passed over.</summary>
    public void Add(RawSession written)
    {
        var raw = written with
        {
            Id = FieldText.Plain(written.Id),
            Batch = FieldText.Plain(written.Batch),
            Room = FieldText.Plain(written.Room),
            Date = FieldText.Plain(written.Date),
            Start = FieldText.Plain(written.Start),
            End = FieldText.Plain(written.End),
            Candidates = FieldText.Plain(written.Candidates),
            Cancelled = FieldText.Plain(written.Cancelled),
            Title = written.Title is { } title ? FieldText.Visible(title) : null,
        };
        if (RoomOf(raw, out var passOver) is not { } room || passOver)
            return;
        var batch = IdOf<BatchId>(raw.Line, "batch", raw.Batch, required: true);
        var (start, end) = Times(raw);
        var cancelled = CancelledOf(raw);
        if (batch is null || start is null || end is null || cancelled is null)
            return;
        var id = raw.Id is null ? Derived(room, start.Value) : IdOf<ExamSessionId>(raw.Line, "id", raw.Id, required: true);
        if (id is not { } known)
            return;
        if (_lines.TryGetValue(known, out var earlier))
        {
            findings.Error(
                raw.Line,
                known.Text,
                new($"This id stands already in line {earlier}.", $"该场次编号已在第 {earlier} 行出现。"),
                new("Give each session an id of its own.", "请为每场考试使用不同的编号。")
            );
            return;
        }

        _lines[known] = raw.Line;
        _sessions[known] = new(known, batch.Value, room, start.Value, end.Value, TitleOf(raw), CandidatesOf(raw), cancelled.Value);
    }

    /// <summary>Two sessions in one room at the same time: one of them is a mistake.</summary>
    public void CheckOverlaps()
    {
        foreach (var (first, second) in Overlaps.Of(_sessions.Values))
            findings.Error(_lines[second.Id], second.Id.Text, Overlaps.Text(first, second, context.Zone), Overlaps.Mend);
    }

    private RoomId? RoomOf(RawSession raw, out bool passOver)
    {
        passOver = false;
        if (raw.Room is null)
        {
            Missing(raw.Line, "room");
            return null;
        }

        foreach (
            var room in context
                .Rooms.Where(r => r.Id.Text == raw.Room)
                .Concat(context.Rooms.Where(r => string.Equals(FieldText.Plain(r.Name), raw.Room, StringComparison.OrdinalIgnoreCase)))
        )
            return room.Id;
        var listed = string.Join(", ", context.Rooms.Select(r => r.Id));
        if (context.OtherRooms.Any(r => r.Text == raw.Room))
        {
            passOver = true;
            findings.Warn(
                raw.Line,
                "room",
                new(
                    $"Room {raw.Room} is watched by another agent: this session is passed over.",
                    $"考场 {raw.Room} 由其他主机监控，此场次已跳过。"
                ),
                new("Import the file there, too.", "请在那台主机上也导入此文件。")
            );
            return context.OtherRooms.First(r => r.Text == raw.Room);
        }

        var near = NearestName.Of(raw.Room, context.Rooms.Select(r => r.Id.Text));
        findings.Error(
            raw.Line,
            "room",
            new($"This agent has no room \"{Short(raw.Room)}\".", $"本机没有考场“{Short(raw.Room)}”。"),
            near is null
                ? new(
                    $"It has: {listed}. Rooms of other agents are named in schedule.otherRooms.",
                    $"本机考场：{listed}。其他主机的考场请写入 schedule.otherRooms。"
                )
                : new($"Did you mean {near}? It has: {listed}.", $"是否应为 {near}？本机考场：{listed}。")
        );
        return null;
    }

    private (DateTimeOffset? Start, DateTimeOffset? End) Times(RawSession raw)
    {
        DateOnly? day = null;
        if (raw.Date is { } written && (day = SiteTime.ParseDate(written)) is null)
        {
            findings.Error(
                raw.Line,
                "date",
                new($"\"{Short(written)}\" is not a date.", $"“{Short(written)}”不是日期。"),
                new("Write it as 2026-03-02.", "请写成 2026-03-02。")
            );
            return (null, null);
        }

        var start = raw.StartAt ?? Instant(raw.Line, "start", raw.Start, day);
        day ??= start is { } s ? SiteTime.DateOf(s, context.Zone) : null;
        var end = raw.EndAt ?? Instant(raw.Line, "end", raw.End, day);
        if (start is null || end is null)
            return (null, null);
        if (end > start && end - start <= Longest && start.Value.Year is >= 2000 and < 2100)
            return (start, end);
        findings.Error(
            raw.Line,
            "end",
            end <= start
                ? new("The end is not after the start.", "结束时间不晚于开始时间。")
                : new(
                    "A session lasts at most 24 hours, between the years 2000 and 2100.",
                    "一场考试最长 24 小时，且年份应在 2000 至 2100 之间。"
                ),
            new("Check date and time; past midnight write the end with its date.", "请检查日期和时间；跨过午夜时请写明结束日期。")
        );
        return (null, null);
    }

    private DateTimeOffset? Instant(int line, string key, string? text, DateOnly? day)
    {
        if (text is null)
        {
            Missing(line, key);
            return null;
        }

        bool impossible;
        var instant =
            day is { } d && SiteTime.ParseTime(text) is { } time
                ? SiteTime.At(d, time, context.Zone, out impossible)
                : SiteTime.ParseInstant(text, context.Zone, out impossible);
        if (instant is null)
        {
            findings.Error(
                line,
                key,
                impossible
                    ? new(
                        $"\"{Short(text)}\" does not exist in {context.Zone.Id}: clocks are put forward over it, or the year is impossible.",
                        $"“{Short(text)}”在 {context.Zone.Id} 中不存在。"
                    )
                    : new($"\"{Short(text)}\" is not a time.", $"“{Short(text)}”不是时间。"),
                new(
                    "Write 2026-03-02 09:00 in site time, or 2026-03-02T09:00:00+08:00; with a date of its own, 09:00 is enough.",
                    "请写成 2026-03-02 09:00（考点时间）或 2026-03-02T09:00:00+08:00；另有日期列时写 09:00 即可。"
                )
            );
        }

        return instant;
    }

    private T? IdOf<T>(int line, string key, string? text, bool required)
        where T : struct, IId<T>
    {
        if (text is null && required)
            Missing(line, key);
        if (text is null)
            return null;
        if (T.TryParse(text, null, out var id))
            return id;
        findings.Error(
            line,
            key,
            new($"\"{Short(text)}\" is not a valid id.", $"“{Short(text)}”不是有效的编号。"),
            new(
                $"Use 1 to {IdText.MaxLength} of A-Z a-z 0-9 . _ - ; put words for people into the title.",
                $"请使用 1 至 {IdText.MaxLength} 个字符：A-Z a-z 0-9 . _ -；给人看的文字请写入名称。"
            )
        );
        return null;
    }

    private string TitleOf(RawSession raw)
    {
        var title = string.Join(' ', (raw.Title ?? string.Empty).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (title.Length <= 200 && !title.Any(char.IsControl))
            return title;
        findings.Error(
            raw.Line,
            "title",
            new("The title is longer than 200 characters, or holds control characters.", "名称超过 200 个字符或含有控制字符。"),
            new("Shorten it.", "请缩短。")
        );
        return string.Empty;
    }

    private int? CandidatesOf(RawSession raw)
    {
        if (raw.Candidates is null)
            return null;
        if (
            int.TryParse(raw.Candidates.TrimEnd('人', ' '), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= 10_000
        )
            return number;
        findings.Error(
            raw.Line,
            "candidates",
            new($"\"{Short(raw.Candidates)}\" is not a number of candidates.", $"“{Short(raw.Candidates)}”不是考生人数。"),
            new("Write a whole number, 0 to 10000, or leave it out.", "请写 0 至 10000 的整数，或留空。")
        );
        return null;
    }

    private bool? CancelledOf(RawSession raw)
    {
        switch (raw.Cancelled?.ToLowerInvariant())
        {
            case null or "false" or "no" or "0" or "否" or "正常" or "confirmed" or "tentative" or "planned":
                return false;
            case "true" or "yes" or "1" or "x" or "是" or "取消" or "已取消" or "cancelled" or "canceled":
                return true;
            default:
                findings.Error(
                    raw.Line,
                    "cancelled",
                    new($"\"{Short(raw.Cancelled)}\" is neither yes nor no.", $"“{Short(raw.Cancelled)}”不是“是”或“否”。"),
                    new("Write yes or no.", "请写“是”或“否”。")
                );
                return null;
        }
    }

    /// <summary>Without an id of its own a session is known by room and start; then another start is another session.</summary>
    private ExamSessionId? Derived(RoomId room, DateTimeOffset start)
    {
        var time = TimeZoneInfo.ConvertTime(start, context.Zone).ToString("yyyyMMdd-HHmm", CultureInfo.InvariantCulture);
        return ExamSessionId.Of($"{(room.Text.Length > 40 ? room.Text[..40] : room.Text)}-{time}");
    }

    private void Missing(int line, string key) =>
        findings.Error(
            line,
            key,
            new($"\"{key}\" is missing.", $"缺少“{key}”。"),
            new("Every session needs batch, room, start and end.", "每场考试都需要批次、考场、开始时间和结束时间。")
        );

    private static string Short(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");
}
