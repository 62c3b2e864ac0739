using System.Text;

namespace ExamMonitor.Agent.Sessions.Reading;

/// <summary>One record of a CSV text.</summary>
/// <param name="Line">Line on which it begins, from 1.</param>
/// <param name="Fields">Fields without their quotes.</param>
internal sealed record CsvRecord(int Line, IReadOnlyList<string> Fields);

/// <summary>Takes CSV apart as RFC 4180 says: quoted fields, doubled quotes, line ends inside quotes. The separator is the one that stands first outside quotes in the header: comma, semicolon or tab.</summary>
internal static class CsvRecords
{
    private const int MostFields = 64;
    private const int LongestField = 4000;

    /// <summary>Records that are not empty, in order.</summary>
    /// <exception cref="FormatException">A quote is not closed, or a record is impossibly large; the message says where, in English, and <c>Data["line"]</c> holds the line.</exception>
    public static IEnumerable<CsvRecord> Read(string text)
    {
        var separator = SeparatorOf(text);
        var (at, line) = (0, 1);
        while (at < text.Length)
        {
            var begin = line;
            var fields = new List<string>();
            bool more;
            do
            {
                fields.Add(Field(text, separator, ref at, ref line, begin));
                if (fields.Count > MostFields) throw Fault(begin, $"more than {MostFields} fields");
                more = at < text.Length && text[at] == separator;
                if (more) at++;
            }
            while (more);
            EndLine(text, ref at, ref line);
            if (fields.Exists(f => f.Length > 0)) yield return new(begin, fields);
        }
    }

    /// <summary>Exported tables put an apostrophe before what a spreadsheet would take for a formula; read again it falls.</summary>
    private static string Unguarded(string field) => field is ['\'', '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠', ..] ? field[1..] : field;

    private static string Field(string text, char separator, ref int at, ref int line, int begin)
    {
        if (at >= text.Length || text[at] != '"')
        {
            var from = at;
            while (at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n')) at++;
            if (at - from > LongestField) throw Fault(begin, $"a field of more than {LongestField} characters");
            return Unguarded(text[from..at].Trim());
        }

        var field = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"' && (at + 1 >= text.Length || text[at + 1] != '"'))
            {
                at++;
                while (at < text.Length && text[at] == ' ' && separator != ' ') at++;
                if (at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n')) throw Fault(line, "text after a closing quote");
                return Unguarded(field.ToString().Trim());
            }

            if (text[at] == '"') at++;
            if (text[at] == '\n') line++;
            field.Append(text[at]);
            if (field.Length > LongestField) throw Fault(begin, $"a field of more than {LongestField} characters");
        }

        throw Fault(begin, "a quote that is never closed");
    }

    private static void EndLine(string text, ref int at, ref int line)
    {
        if (at < text.Length && text[at] == '\r') at++;
        if (at < text.Length && text[at] == '\n') at++;
        line++;
    }

    private static char SeparatorOf(string text)
    {
        var quoted = false;
        foreach (var c in text)
        {
            if (c == '"') quoted = !quoted;
            else if (!quoted && c is ',' or ';' or '\t') return c;
            else if (!quoted && c == '\n') break;
        }

        return ',';
    }

    private static FormatException Fault(int line, string what) => new(what) { Data = { ["line"] = line } };
}
