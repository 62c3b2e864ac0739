using ExamMonitor.Exams.Schedule.Reading;
using Microsoft.VisualBasic.FileIO;

namespace ExamMonitor.SetUp.Stations;

/// <summary>Text of a CSV file, and its rows. Pure.</summary>
internal static class StationCsvText
{
    private const int MostRows = 2000;
    private const int MostCells = 64;

    /// <summary>The text and how it was written; nulls for what is no text.</summary>
    /// <remarks>Bytes that are UTF-8 are UTF-8: a text in GB18030 of more than a few characters never is by chance.</remarks>
    public static (string? Text, string? Encoding) Decode(byte[] bytes) =>
        ScheduleText.Decode(bytes, allowGb18030: bytes is not [0xEF, 0xBB, 0xBF, ..], out var encoding) is { } text
        && !text.Any(c => char.IsControl(c) && c is not ('\r' or '\n' or '\t'))
            ? (text, encoding)
            : (null, null);

    /// <summary>Rows with their numbers, from 1; a row with an open quote ends the reading.</summary>
    public static IReadOnlyList<(int Number, string[] Cells)> Rows(string text, out long? broken)
    {
        broken = null;
        var rows = new List<(int, string[])>();
        using var parser = new TextFieldParser(new StringReader(text))
        {
            TextFieldType = FieldType.Delimited,
            HasFieldsEnclosedInQuotes = true,
            TrimWhiteSpace = true,
        };
        parser.SetDelimiters(Delimiter(text));
        try
        {
            while (!parser.EndOfData && rows.Count < MostRows)
            {
                var number = (int)Math.Max(1, parser.LineNumber);
                rows.Add((number, [.. (parser.ReadFields() ?? []).Take(MostCells).Select(c => c.Trim())]));
            }
        }
        catch (MalformedLineException)
        {
            broken = parser.ErrorLineNumber;
        }

        return rows;
    }

    /// <summary>What stands most often in the row of heads.</summary>
    private static string Delimiter(string text)
    {
        var head = text.AsSpan(0, Math.Max(0, text.AsSpan().IndexOfAny('\r', '\n') is var end && end < 0 ? text.Length : end));
        return head.Count('\t') > Math.Max(head.Count(','), head.Count(';')) ? "\t"
            : head.Count(';') > head.Count(',') ? ";"
            : head.Count(',') == 0 && head.Contains('，') ? "，"
            : ",";
    }
}
