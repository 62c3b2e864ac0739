using System.Text;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>A content line of iCalendar (RFC 5545 §3.1), unfolded.</summary>
/// <param name="Line">Line on which it begins, from 1.</param>
/// <param name="Content">The whole of it.</param>
/// <param name="Name">Upper case.</param>
/// <param name="Parameters">By upper-case name, without quotes.</param>
/// <param name="Value">As written, escapes included.</param>
internal sealed record IcsLine(int Line, string Content, string Name, IReadOnlyDictionary<string, string> Parameters, string Value);

/// <summary>Takes an iCalendar file apart into content lines.</summary>
internal static class IcsLines
{
    private const int LongestLine = 100_000;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Content lines in order; a line that is none becomes a finding.</summary>
    /// <param name="bytes">The file, UTF-8. Lines are folded between bytes, within a character too, so they are put together before they
    /// are decoded (§3.1).</param>
    /// <param name="findings">Where what is wrong goes.</param>
    public static IReadOnlyList<IcsLine> Read(ReadOnlySpan<byte> bytes, ScheduleFindings findings)
    {
        var lines = new List<IcsLine>();
        var content = new List<byte>();
        var (number, begun) = (0, 0);
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
            bytes = bytes[3..];
        foreach (var range in bytes.Split((byte)'\n'))
        {
            var line = bytes[range];
            if (line is [.., (byte)'\r'])
                line = line[..^1];
            number++;
            if (begun > 0 && line is [(byte)' ' or (byte)'\t', ..])
            {
                if (content.Count <= LongestLine)
                    content.AddRange(line[1..]);
                continue;
            }

            Add(begun, content, lines, findings);
            content.Clear();
            content.AddRange(line[..Math.Min(line.Length, LongestLine + 1)]);
            begun = number;
        }

        Add(begun, content, lines, findings);
        return lines;
    }

    private static void Add(int line, List<byte> content, List<IcsLine> lines, ScheduleFindings findings)
    {
        if (content.Count == 0 || content.TrueForAll(b => b is (byte)' ' or (byte)'\t'))
            return;
        if (content.Count <= LongestLine && TextOf(content) is { } text && Parse(line, text) is { } parsed)
            lines.Add(parsed);
        else
            findings.Error(
                line,
                string.Empty,
                new("This is no content line of iCalendar in UTF-8.", "此行不是有效的 UTF-8 iCalendar 内容行。"),
                new("Export the calendar again.", "请重新导出日历。")
            );
    }

    private static string? TextOf(List<byte> content)
    {
        try
        {
            var text = Utf8.GetString([.. content]);
            return text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static IcsLine? Parse(int line, string content)
    {
        var colon = UnquotedIndex(content, ':', 0);
        if (colon <= 0)
            return null;
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var nameEnd = content.IndexOf(';', 0, colon) is >= 0 and var semicolon ? semicolon : colon;
        if (!content.AsSpan(0, nameEnd).ToString().All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            return null;
        for (var at = nameEnd; at < colon; )
        {
            var end = UnquotedIndex(content, ';', at + 1) is >= 0 and var next && next < colon ? next : colon;
            var parameter = content[(at + 1)..end];
            if (parameter.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var equals))
                return null;
            parameters[parameter[..equals].ToUpperInvariant()] = parameter[(equals + 1)..].Trim('"');
            at = end;
        }

        return new(line, content, content[..nameEnd].ToUpperInvariant(), parameters, content[(colon + 1)..]);
    }

    private static int UnquotedIndex(string content, char wanted, int from)
    {
        var quoted = false;
        for (var i = from; i < content.Length; i++)
        {
            if (content[i] == '"')
                quoted = !quoted;
            else if (content[i] == wanted && !quoted)
                return i;
        }

        return -1;
    }
}
