using System.Text;
using ExamMonitor.Contracts.Text;

namespace ExamMonitor.Dashboard.Media;

/// <summary>Cells of a CSV file (RFC 4180) that a spreadsheet shows and never runs. Pure.</summary>
internal static class CsvText
{
    /// <summary>A cell, quoted, and guarded by <see cref="SpreadsheetCell.Guard"/>.</summary>
    public static string Cell(string? text) => $"\"{SpreadsheetCell.Guard(text ?? "").Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The same table with every cell made safe. A quote that nobody closes ends with the text.</summary>
    public static string Guard(string csv)
    {
        var (safe, cell, quoted) = (new StringBuilder(csv.Length + 64), new StringBuilder(), false);
        var text = csv.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                cell.Append(text[i++]);
            else if (c == '"')
                quoted = !quoted;
            else if (!quoted && c is (',' or '\n'))
            {
                safe.Append(Cell(cell.ToString())).Append(c == ',' ? "," : "\r\n");
                cell.Clear();
            }
            else
                cell.Append(c);
        }

        if (cell.Length > 0)
            safe.Append(Cell(cell.ToString())).Append("\r\n");
        return "\uFEFF" + safe;
    }
}
