using System.Text;

namespace ExamMonitor.Agent.Sessions.Reading;

/// <summary>A content line of iCalendar (RFC 5545 §3.1), unfolded.</summary>
/// <param name="Line">Line on which it begins, from 1.</param>
/// <param name="Name">Upper case.</param>
/// <param name="Parameters">By upper-case name, without quotes.</param>
/// <param name="Value">As written, escapes included.</param>
internal sealed record IcsLine(int Line, string Name, IReadOnlyDictionary<string, string> Parameters, string Value)
{
    /// <summary>The value as TEXT (§3.3.11).</summary>
    public string Text => Value.Replace("\\n", " ", StringComparison.OrdinalIgnoreCase).Replace("\\,", ",", StringComparison.Ordinal)
        .Replace("\\;", ";", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal).Trim();
}

/// <summary>Takes an iCalendar text apart into content lines.</summary>
internal static class IcsLines
{
    private const int LongestLine = 8000;

    /// <summary>Content lines in order; a line that is none becomes a finding.</summary>
    public static IEnumerable<IcsLine> Read(string text, ScheduleFindings findings)
    {
        foreach (var (line, content) in Unfold(text))
        {
            if (content.Length == 0) continue;
            if (content.Length <= LongestLine && Parse(line, content) is { } parsed) yield return parsed;
            else findings.Error(line, string.Empty, new("This is no content line of iCalendar.", "此行不是有效的 iCalendar 内容行。"), new("Export the calendar again.", "请重新导出日历。"));
        }
    }

    private static IEnumerable<(int Line, string Content)> Unfold(string text)
    {
        var (number, begun) = (0, 0);
        var content = new StringBuilder();
        foreach (var range in text.AsSpan().EnumerateLines().ToLines())
        {
            number++;
            if (number > 1 && range.Length > 0 && range[0] is ' ' or '\t')
            {
                if (content.Length <= LongestLine) content.Append(range, 1, range.Length - 1);
                continue;
            }

            if (begun > 0) yield return (begun, content.ToString());
            content.Clear().Append(range);
            begun = number;
        }

        if (begun > 0) yield return (begun, content.ToString());
    }

    private static List<string> ToLines(this SpanLineEnumerator lines)
    {
        var list = new List<string>();
        foreach (var line in lines) list.Add(line.ToString());
        return list;
    }

    private static IcsLine? Parse(int line, string content)
    {
        var colon = UnquotedIndex(content, ':', 0);
        if (colon <= 0) return null;
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var nameEnd = content.IndexOf(';', 0, colon) is >= 0 and var semicolon ? semicolon : colon;
        for (var at = nameEnd; at < colon;)
        {
            var end = UnquotedIndex(content, ';', at + 1) is >= 0 and var next && next < colon ? next : colon;
            var parameter = content[(at + 1)..end];
            if (parameter.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals) parameters[parameter[..equals].ToUpperInvariant()] = parameter[(equals + 1)..].Trim('"');
            at = end;
        }

        return new(line, content[..nameEnd].ToUpperInvariant(), parameters, content[(colon + 1)..]);
    }

    private static int UnquotedIndex(string content, char wanted, int from)
    {
        var quoted = false;
        for (var i = from; i < content.Length; i++)
        {
            if (content[i] == '"') quoted = !quoted;
            else if (content[i] == wanted && !quoted) return i;
        }

        return -1;
    }
}
