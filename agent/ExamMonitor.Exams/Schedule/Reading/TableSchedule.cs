using System.Collections.Frozen;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>Reads a schedule out of the rows of a table with a header line in English or Chinese, in any order of columns.</summary>
internal static class TableSchedule
{
    private static readonly string[] Needed = ["batch", "room", "start", "end"];

    private static readonly FrozenDictionary<string, string> Columns = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["id"] = "id",
        ["session"] = "id",
        ["sessionid"] = "id",
        ["场次编号"] = "id",
        ["场次号"] = "id",
        ["场次"] = "id",
        ["编号"] = "id",
        ["batch"] = "batch",
        ["批次"] = "batch",
        ["批次号"] = "batch",
        ["批次编号"] = "batch",
        ["考核批次"] = "batch",
        ["room"] = "room",
        ["考场"] = "room",
        ["考场号"] = "room",
        ["考场编号"] = "room",
        ["考场名称"] = "room",
        ["教室"] = "room",
        ["date"] = "date",
        ["日期"] = "date",
        ["考试日期"] = "date",
        ["考核日期"] = "date",
        ["start"] = "start",
        ["from"] = "start",
        ["begin"] = "start",
        ["开始"] = "start",
        ["开始时间"] = "start",
        ["开考时间"] = "start",
        ["end"] = "end",
        ["to"] = "end",
        ["until"] = "end",
        ["结束"] = "end",
        ["结束时间"] = "end",
        ["title"] = "title",
        ["subject"] = "title",
        ["name"] = "title",
        ["科目"] = "title",
        ["考试科目"] = "title",
        ["名称"] = "title",
        ["考试名称"] = "title",
        ["职业"] = "title",
        ["工种"] = "title",
        ["项目"] = "title",
        ["candidates"] = "candidates",
        ["人数"] = "candidates",
        ["考生人数"] = "candidates",
        ["考生数"] = "candidates",
        ["cancelled"] = "cancelled",
        ["canceled"] = "cancelled",
        ["status"] = "cancelled",
        ["取消"] = "cancelled",
        ["是否取消"] = "cancelled",
        ["状态"] = "cancelled",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // A schedule begins with its heading, a note or two: the header stands within this many rows.
    private const int MostRowsAboveHeader = 10;

    private static readonly string[] TotalWords = ["合计", "总计", "小计", "共计", "total", "subtotal", "sum"];

    /// <summary>Sessions as they stand; what is wrong with the form of the file becomes a finding.</summary>
    public static IReadOnlyList<RawSession> Read(IEnumerable<TableRow> table, ScheduleFindings findings)
    {
        try
        {
            using var rows = table.GetEnumerator();
            return HeaderOf(rows, findings) is { } header ? Rows(rows, header, findings) : [];
        }
        catch (TableException e)
        {
            findings.Error(e.Line, string.Empty, e.Problem, e.Mend);
            return [];
        }
    }

    private static Dictionary<string, int>? HeaderOf(IEnumerator<TableRow> rows, ScheduleFindings findings)
    {
        var above = new List<TableRow>();
        while (above.Count < MostRowsAboveHeader && rows.MoveNext())
        {
            if (rows.Current.Cells.Count(c => KeyOf(c) is not null) >= 2)
            {
                foreach (var row in above)
                    PassOver(row, findings);
                return Header(rows.Current, findings);
            }

            above.Add(rows.Current);
        }

        if (above.Count > 0)
            return Header(above[0], findings);
        findings.Error(
            0,
            string.Empty,
            new("The file is empty.", "文件为空。"),
            new("Write a header line and one line per session.", "请写入表头行和每场考试一行。")
        );
        return null;
    }

    private static string? KeyOf(string written) => Columns.GetValueOrDefault(NameOf(written));

    private static string NameOf(string written) =>
        string.Concat((FieldText.Plain(written) ?? string.Empty).Where(c => c is not (' ' or '_' or '-' or '*'))).ToLowerInvariant();

    private static Dictionary<string, int>? Header(TableRow row, ScheduleFindings findings)
    {
        var header = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < row.Cells.Count; i++)
        {
            var written = row.Cells[i];
            if (NameOf(written).Length == 0)
                continue;
            if (KeyOf(written) is not { } key)
                findings.Warn(
                    row.Line,
                    written,
                    new("This column is not known and is passed over.", "此列无法识别，已忽略。"),
                    new($"Known columns: {Known}.", $"可识别的列：{Known}。")
                );
            else if (!header.TryAdd(key, i))
                findings.Error(
                    row.Line,
                    written,
                    new($"Two columns mean \"{key}\".", $"有两列都表示“{key}”。"),
                    new("Remove one of them.", "请删除其中一列。")
                );
        }

        foreach (var needed in Needed.Where(k => !header.ContainsKey(k)))
            findings.Error(
                row.Line,
                needed,
                new($"The column \"{needed}\" is missing.", $"缺少“{ZhOf(needed)}”列。"),
                new(
                    $"Add a column called {needed} or {ZhOf(needed)} to the header line.",
                    $"请在表头行添加名为 {needed} 或 {ZhOf(needed)} 的列。"
                )
            );
        return findings.HasErrors ? null : header;
    }

    private static List<RawSession> Rows(IEnumerator<TableRow> table, Dictionary<string, int> header, ScheduleFindings findings)
    {
        var sessions = new List<RawSession>();
        while (table.MoveNext())
        {
            var row = table.Current;
            if (sessions.Count == ScheduleFile.MostSessions)
            {
                findings.Error(row.Line, string.Empty, ScheduleFile.TooMany, ScheduleFile.SplitIt);
                break;
            }

            if (IsSession(row, header))
                sessions.Add(Session(row, header));
            else
                PassOver(row, findings);
        }

        return sessions;
    }

    /// <summary>A line of totals, or a note below the table, has neither a room with a time nor a time with a room.</summary>
    private static bool IsSession(TableRow row, Dictionary<string, int> header)
    {
        bool Has(string key) => header.TryGetValue(key, out var i) && i < row.Cells.Count && row.Cells[i].Length > 0;
        if (Has("start") || Has("end"))
            return true;
        if (!Has("room"))
            return false;
        // Offices space their words out: 合　计.
        var first = NameOf(row.Cells.First(c => c.Length > 0));
        return !Array.Exists(TotalWords, w => first.StartsWith(w, StringComparison.Ordinal));
    }

    private static void PassOver(TableRow row, ScheduleFindings findings)
    {
        var shown = string.Join(' ', row.Cells.Where(c => c.Length > 0));
        if (shown.Length > 60)
            shown = string.Concat(shown.AsSpan(0, 60), "…");
        findings.Warn(
            row.Line,
            string.Empty,
            new(
                $"\"{shown}\" is no session: it has no room and no time. The line is passed over.",
                $"“{shown}”不是考试场次（没有考场和时间），已跳过此行。"
            ),
            new("If it is one, fill in room, start and end.", "若为考试场次，请填写考场、开始时间和结束时间。")
        );
    }

    private static RawSession Session(TableRow row, Dictionary<string, int> header)
    {
        return new(row.Line)
        {
            Id = Of("id"),
            Batch = Of("batch"),
            Room = Of("room"),
            Date = TimeOf("date"),
            Start = TimeOf("start"),
            End = TimeOf("end"),
            Title = Of("title"),
            Candidates = Of("candidates"),
            Cancelled = Of("cancelled"),
        };

        string? Of(string key) =>
            header.TryGetValue(key, out var i) && i < row.Cells.Count && row.Cells[i].Length > 0 ? row.Cells[i] : null;

        string? TimeOf(string key) => Of(key) is { } text ? ExcelTime.OfSerial(text) ?? text : null;
    }

    private static string Known =>
        "id 场次编号, batch 批次, room 考场, date 日期, start 开始时间, end 结束时间, title 科目, candidates 人数, cancelled 取消";

    private static string ZhOf(string key) =>
        key switch
        {
            "batch" => "批次",
            "room" => "考场",
            "start" => "开始时间",
            _ => "结束时间",
        };
}
