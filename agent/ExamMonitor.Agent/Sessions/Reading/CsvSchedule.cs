using System.Collections.Frozen;

namespace ExamMonitor.Agent.Sessions.Reading;

/// <summary>Reads a schedule out of a CSV file with a header line in English or Chinese, in any order of columns.</summary>
internal static class CsvSchedule
{
    private static readonly string[] Needed = ["batch", "room", "start", "end"];

    private static readonly FrozenDictionary<string, string> Columns = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["id"] = "id", ["session"] = "id", ["sessionid"] = "id", ["场次编号"] = "id", ["场次号"] = "id", ["场次"] = "id", ["编号"] = "id",
        ["batch"] = "batch", ["批次"] = "batch", ["批次号"] = "batch", ["批次编号"] = "batch", ["考核批次"] = "batch",
        ["room"] = "room", ["考场"] = "room", ["考场号"] = "room", ["考场编号"] = "room", ["考场名称"] = "room", ["教室"] = "room",
        ["date"] = "date", ["日期"] = "date", ["考试日期"] = "date", ["考核日期"] = "date",
        ["start"] = "start", ["from"] = "start", ["begin"] = "start", ["开始"] = "start", ["开始时间"] = "start", ["开考时间"] = "start",
        ["end"] = "end", ["to"] = "end", ["until"] = "end", ["结束"] = "end", ["结束时间"] = "end",
        ["title"] = "title", ["subject"] = "title", ["name"] = "title", ["科目"] = "title", ["考试科目"] = "title", ["名称"] = "title", ["考试名称"] = "title", ["职业"] = "title", ["工种"] = "title", ["项目"] = "title",
        ["candidates"] = "candidates", ["人数"] = "candidates", ["考生人数"] = "candidates", ["考生数"] = "candidates",
        ["cancelled"] = "cancelled", ["canceled"] = "cancelled", ["status"] = "cancelled", ["取消"] = "cancelled", ["是否取消"] = "cancelled", ["状态"] = "cancelled",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Sessions as they stand; what is wrong with the form of the file becomes a finding.</summary>
    public static IReadOnlyList<RawSession> Read(string text, ScheduleFindings findings)
    {
        try
        {
            using var records = CsvRecords.Read(text).GetEnumerator();
            if (!records.MoveNext())
            {
                findings.Error(0, string.Empty, new("The file is empty.", "文件为空。"), new("Write a header line and one line per session.", "请写入表头行和每场考试一行。"));
                return [];
            }

            return Header(records.Current, findings) is { } header ? Rows(records, header, findings) : [];
        }
        catch (FormatException e) when (e.Data["line"] is int line)
        {
            findings.Error(line, string.Empty, new($"The CSV breaks off here: {e.Message}.", $"CSV 格式在此处出错：{e.Message}。"), new("Mend the quotes, or save the table again as CSV.", "请检查引号，或重新另存为 CSV。"));
            return [];
        }
    }

    private static Dictionary<string, int>? Header(CsvRecord record, ScheduleFindings findings)
    {
        var header = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < record.Fields.Count; i++)
        {
            var written = record.Fields[i];
            var name = string.Concat(written.Where(c => c is not (' ' or '_' or '-' or '*'))).ToLowerInvariant();
            if (name.Length == 0) continue;
            if (!Columns.TryGetValue(name, out var key))
                findings.Warn(record.Line, written, new("This column is not known and is passed over.", "此列无法识别，已忽略。"), new($"Known columns: {Known}.", $"可识别的列：{Known}。"));
            else if (!header.TryAdd(key, i))
                findings.Error(record.Line, written, new($"Two columns mean \"{key}\".", $"有两列都表示“{key}”。"), new("Remove one of them.", "请删除其中一列。"));
        }

        foreach (var needed in Needed.Where(k => !header.ContainsKey(k)))
            findings.Error(record.Line, needed, new($"The column \"{needed}\" is missing.", $"缺少“{ZhOf(needed)}”列。"), new($"Add a column called {needed} or {ZhOf(needed)}; the first line must be the header.", $"请添加名为 {needed} 或 {ZhOf(needed)} 的列；第一行必须是表头。"));
        return findings.HasErrors ? null : header;
    }

    private static List<RawSession> Rows(IEnumerator<CsvRecord> records, Dictionary<string, int> header, ScheduleFindings findings)
    {
        var rows = new List<RawSession>();
        while (records.MoveNext())
        {
            var record = records.Current;
            if (rows.Count == ScheduleFile.MostSessions)
            {
                findings.Error(record.Line, string.Empty, ScheduleFile.TooMany, ScheduleFile.SplitIt);
                break;
            }

            rows.Add(new(record.Line)
            {
                Id = Of("id"), Batch = Of("batch"), Room = Of("room"), Date = Of("date"), Start = Of("start"), End = Of("end"),
                Title = Of("title"), Candidates = Of("candidates"), Cancelled = Of("cancelled"),
            });

            string? Of(string key) => header.TryGetValue(key, out var i) && i < record.Fields.Count && record.Fields[i].Length > 0 ? record.Fields[i] : null;
        }

        return rows;
    }

    private static string Known => "id 场次编号, batch 批次, room 考场, date 日期, start 开始时间, end 结束时间, title 科目, candidates 人数, cancelled 取消";

    private static string ZhOf(string key) => key switch { "batch" => "批次", "room" => "考场", "start" => "开始时间", _ => "结束时间" };
}
