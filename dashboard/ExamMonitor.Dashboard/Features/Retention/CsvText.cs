namespace ExamMonitor.Dashboard.Features.Retention;

/// <summary>Cells of a CSV file (RFC 4180) that a spreadsheet shows and never runs. Pure.</summary>
internal static class CsvText
{
    /// <summary>A row with its line end.</summary>
    public static string Row(params IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    /// <summary>A cell, quoted. One that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line end) gets an apostrophe in front.</summary>
    public static string Cell(string? text)
    {
        text ??= "";
        var first = text.AsSpan().TrimStart(' ');
        var isFormula = first is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..];
        return $"\"{(isFormula ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
