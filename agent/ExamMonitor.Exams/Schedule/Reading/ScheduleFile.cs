using System.Globalization;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>What reading a schedule file gave.</summary>
/// <param name="Sessions">Sessions in order of time; none when there is an error.</param>
/// <param name="Lines">Line of each session.</param>
/// <param name="Findings">Errors and warnings in order of lines.</param>
internal sealed record ScheduleReading(
    IReadOnlyList<ExamSession> Sessions,
    IReadOnlyDictionary<ExamSessionId, int> Lines,
    IReadOnlyList<ScheduleFinding> Findings
);

/// <summary>
/// Reads exam schedules: Excel workbooks, CSV, iCalendar, YAML. Hostile input costs bounded memory and time; what is wrong is a finding,
/// never an exception.
/// </summary>
internal static class ScheduleFile
{
    /// <summary>Sessions of one file, recurrences written out.</summary>
    public const int MostSessions = 5000;

    /// <summary>Why a file with more is refused.</summary>
    public static readonly LocalText TooMany = new(
        string.Create(CultureInfo.InvariantCulture, $"There are more than {MostSessions} sessions."),
        string.Create(CultureInfo.InvariantCulture, $"考试场次超过 {MostSessions} 场。")
    );

    /// <summary>What to do about it.</summary>
    public static readonly LocalText SplitIt = new("Import it in parts.", "请分批导入。");

    /// <summary>Reads a file's content.</summary>
    /// <param name="name">Name of the file; its ending tells the format.</param>
    /// <param name="bytes">Content.</param>
    /// <param name="context">What it is read against.</param>
    public static ScheduleReading Read(string name, ReadOnlySpan<byte> bytes, ScheduleContext context)
    {
        var findings = new ScheduleFindings(Path.GetFileName(name));
        var raw = Raw(name, bytes, context, findings);
        var builder = new SessionBuilder(context, findings);
        foreach (var one in raw)
            builder.Add(one);
        builder.CheckOverlaps();
        if (raw.Count == 0 && !findings.HasErrors)
            findings.Warn(
                0,
                string.Empty,
                new("The file holds no session.", "文件中没有考试场次。"),
                new("Is it the right file?", "请确认文件是否正确。")
            );
        return new(findings.HasErrors ? [] : builder.Sessions, builder.Lines, findings.InOrder);
    }

    private static IReadOnlyList<RawSession> Raw(string name, ReadOnlySpan<byte> bytes, ScheduleContext context, ScheduleFindings findings)
    {
        if (bytes.Length > AgentApi.LargestScheduleBytes)
        {
            findings.Error(
                0,
                string.Empty,
                new(
                    $"The file is larger than {AgentApi.LargestScheduleBytes >> 20} MiB.",
                    $"文件超过 {AgentApi.LargestScheduleBytes >> 20} MiB。"
                ),
                SplitIt
            );
            return [];
        }

        var ending = Path.GetExtension(name).ToLowerInvariant();
        switch (ending)
        {
            case ".xlsx" or ".xlsm":
                return TableSchedule.Read(ExcelTable.Read(bytes.ToArray()), findings);
            case ".ics":
                return IcsSchedule.Read(ScheduleText.AsUtf8(bytes), context.Zone, findings);
            case ".yaml" or ".yml" or ".json" or ".csv":
                break;
            default:
                findings.Error(
                    0,
                    string.Empty,
                    new($"The ending \"{ending}\" is not known.", $"无法识别扩展名“{ending}”。"),
                    new(
                        "Give a .xlsx, .csv, .ics or .yaml file; save an older spreadsheet as .xlsx.",
                        "请提供 .xlsx、.csv、.ics 或 .yaml 文件；旧格式的表格请另存为 .xlsx。"
                    )
                );
                return [];
        }

        if (ScheduleText.Decode(bytes, allowGb18030: ending == ".csv") is not { } text)
        {
            findings.Error(
                0,
                string.Empty,
                new("The text is not in an encoding that can be read.", "无法识别文本编码。"),
                new("Save it as UTF-8 (a CSV may also be GB18030).", "请另存为 UTF-8（CSV 也可为 GB18030）。")
            );
            return [];
        }

        return ending == ".csv" ? TableSchedule.Read(CsvTable.Read(text), findings) : YamlSchedule.Read(text, findings);
    }
}
