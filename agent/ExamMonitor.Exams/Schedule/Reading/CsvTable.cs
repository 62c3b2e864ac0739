using CsvHelper;
using ExamMonitor.Contracts.Text;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>
/// Reads CSV (RFC 4180) with CsvHelper. The separator is the one that stands first outside quotes: comma, semicolon or tab.
/// </summary>
internal static class CsvTable
{
    /// <summary>Bytes of one record: a few cells may be long, all of them may not.</summary>
    private const int LargestRecord = 256 * 1024;

    /// <summary>Rows that are not empty, in order.</summary>
    /// <exception cref="TableException">A quote is not closed, or a record is impossibly large.</exception>
    public static IEnumerable<TableRow> Read(string text)
    {
        CsvMalformedRecord? malformed = null;
        var options = CsvReaderOptions.Default with
        {
            Separator = SeparatorOf(text),
            HasHeader = false,
            SkipEmptyLines = true,
            TrackLineNumbers = true,
            TrimWhitespace = true,
            MaxRecordSize = LargestRecord,
            MalformedData = CsvMalformedDataHandling.Recover,

            // A quote in the middle of a cell that has none around it is an inch sign as often as a mistake: it stays as it stands.
            OnMalformedRecord = m => malformed ??= m.Reason == CsvMalformedReason.StrayQuote ? null : m,
        };
        using var reader = CsvReader.FromText(text, options);
        while (Next(reader))
        {
            if (malformed is { } bad)
                throw Broken(bad);
            if (RowOf(reader) is { } row)
                yield return row;
        }
    }

    private static bool Next(CsvReader reader)
    {
        var line = (int)reader.LineNumber + 1;
        try
        {
            return reader.Read();
        }
        catch (FormatException)
        {
            throw Fault(line, "a record that is impossibly long", "有一条记录过长");
        }
    }

    private static TableRow? RowOf(CsvReader reader)
    {
        var line = (int)reader.LineNumber;
        if (reader.FieldCount > TableRow.MostCells)
            throw Fault(line, $"more than {TableRow.MostCells} columns", $"超过 {TableRow.MostCells} 列");
        var cells = new string[reader.FieldCount];
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = reader.GetString(i);
            if (cell.Length > TableRow.LongestCell)
                throw Fault(line, $"a cell of more than {TableRow.LongestCell} characters", $"有单元格超过 {TableRow.LongestCell} 个字符");
            cells[i] = SpreadsheetCell.Unguard(FieldText.Visible(cell));
        }

        return Array.Exists(cells, c => c.Length > 0) ? new(line, cells) : null;
    }

    private static char SeparatorOf(string text)
    {
        var quoted = false;
        foreach (var c in text)
        {
            if (c == '"')
                quoted = !quoted;
            else if (!quoted && c is ',' or ';' or '\t')
                return c;
        }

        return ',';
    }

    private static TableException Broken(CsvMalformedRecord bad) =>
        bad.Reason == CsvMalformedReason.UnterminatedQuote
            ? Fault((int)bad.LineNumber, "a quote that is never closed", "引号没有闭合")
            : Fault((int)bad.LineNumber, "text after a closing quote", "引号闭合后还有文字");

    private static TableException Fault(int line, string what, string zh) =>
        new(
            line,
            new($"The CSV breaks off here: {what}.", $"CSV 格式在此处出错：{zh}。"),
            new("Mend the quotes, or save the table again as CSV.", "请检查引号，或重新另存为 CSV。")
        );
}
