using ExamMonitor.Hosting.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>
/// Reads a schedule out of a YAML file (JSON is YAML too): <c>schema: exam-monitor/schedule/1</c> and a list <c>sessions</c>. Without
/// aliases.
/// </summary>
internal static class YamlSchedule
{
    /// <summary>Value of <c>schema</c>.</summary>
    public const string SchemaName = "exam-monitor/schedule/1";

    private const int MaxDepth = 8;
    private static readonly string[] Keys = ["id", "batch", "room", "date", "start", "end", "title", "candidates", "cancelled"];

    /// <summary>Sessions as they stand; what is wrong with the form of the file becomes a finding.</summary>
    public static IReadOnlyList<RawSession> Read(string text, ScheduleFindings findings)
    {
        try
        {
            YamlTraps.Refuse(text, MaxDepth);
            var stream = new YamlStream();
            using var reader = new StringReader(text);
            stream.Load(reader);
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
                return Root(root, findings);
            findings.Error(
                0,
                string.Empty,
                new("The file is not one YAML document with keys.", "文件不是一个带键的 YAML 文档。"),
                new($"Begin with: schema: {SchemaName}", $"请以 schema: {SchemaName} 开头。")
            );
        }
        catch (YamlException e)
        {
            findings.Error(
                LineOf(e.Start),
                string.Empty,
                new($"This is not valid YAML: {e.Message}", $"不是有效的 YAML：{e.Message}"),
                new("Mind the indentation: spaces, not tabs.", "请检查缩进：使用空格而不是制表符。")
            );
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet 16.3 throws this for some texts that are no YAML, without a place.
            findings.Error(
                0,
                string.Empty,
                new("This is not valid YAML.", "不是有效的 YAML。"),
                new("Mind brackets, quotes and indentation.", "请检查括号、引号和缩进。")
            );
        }

        return [];
    }

    private static List<RawSession> Root(YamlMappingNode root, ScheduleFindings findings)
    {
        var sessions = new List<RawSession>();
        var schema = false;
        foreach (var (key, value) in root.Children)
        {
            switch (Text(key))
            {
                case "schema" when Text(value) == SchemaName:
                    schema = true;
                    break;
                case "sessions" when value is YamlSequenceNode list:
                    sessions = List(list, findings);
                    break;
                case "sessions" when Text(value)?.Length == 0:
                    break;
                default:
                    var named = Text(key) ?? "?";
                    findings.Error(
                        LineOf(key.Start),
                        named,
                        new("This key is not known here, or its value is wrong.", "此键无法识别，或其值不正确。"),
                        new($"Write schema: {SchemaName} and sessions: with a list.", $"请写 schema: {SchemaName} 以及 sessions: 列表。")
                    );
                    schema |= named == "schema";
                    break;
            }
        }

        if (!schema)
            findings.Error(
                1,
                "schema",
                new("The key \"schema\" is missing.", "缺少“schema”键。"),
                new($"Begin with: schema: {SchemaName}", $"请以 schema: {SchemaName} 开头。")
            );
        return sessions;
    }

    private static List<RawSession> List(YamlSequenceNode list, ScheduleFindings findings)
    {
        if (list.Children.Count > ScheduleFile.MostSessions)
            findings.Error(LineOf(list.Start), "sessions", ScheduleFile.TooMany, ScheduleFile.SplitIt);
        var sessions = new List<RawSession>();
        foreach (var node in list.Children.Take(ScheduleFile.MostSessions))
        {
            if (node is YamlMappingNode mapping)
                sessions.Add(One(mapping, findings));
            else
                findings.Error(
                    LineOf(node.Start),
                    "sessions",
                    new("A session must have keys of its own.", "每场考试必须由键值组成。"),
                    new($"Known keys: {string.Join(", ", Keys)}.", $"可用的键：{string.Join("、", Keys)}。")
                );
        }

        return sessions;
    }

    private static RawSession One(YamlMappingNode mapping, ScheduleFindings findings)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
        {
            var name = Text(key) ?? string.Empty;
            if (!Keys.Contains(name, StringComparer.Ordinal))
            {
                var near = NearestName.Of(name, Keys);
                findings.Error(
                    LineOf(key.Start),
                    name,
                    new("This key is not known.", "此键无法识别。"),
                    near is null
                        ? new($"Known keys: {string.Join(", ", Keys)}.", $"可用的键：{string.Join("、", Keys)}。")
                        : new($"Did you mean '{near}'?", $"是否应为“{near}”？")
                );
            }
            else if (Text(value) is not { } text)
            {
                findings.Error(
                    LineOf(value.Start),
                    name,
                    new("One value is expected here, not a list or a section.", "此处应为单个值。"),
                    new("Write one value after the colon.", "请在冒号后写一个值。")
                );
            }
            else if (text.Length > 0)
            {
                values[name] = text;
            }
        }

        return new(LineOf(mapping.Start))
        {
            Id = Of("id"),
            Batch = Of("batch"),
            Room = Of("room"),
            Date = Of("date"),
            Start = Of("start"),
            End = Of("end"),
            Title = Of("title"),
            Candidates = Of("candidates"),
            Cancelled = Of("cancelled"),
        };

        string? Of(string key) => values.GetValueOrDefault(key);
    }

    private static string? Text(YamlNode node) =>
        node is YamlScalarNode scalar
            ? scalar.Value is "~" or "null"
                ? string.Empty
                : scalar.Value
            : null;

    private static int LineOf(Mark mark) => (int)Math.Clamp(mark.Line, 1, int.MaxValue);
}
