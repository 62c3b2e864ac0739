using System.Globalization;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Text;

namespace ExamMonitor.Contracts.Api;

/// <summary>
/// The register of destructions as CSV (RFC 4180, comma, CRLF): the one form in which agent, command line and dashboard give it. Pure.
/// </summary>
public static class DestructionCsv
{
    /// <summary>First line, with its line end.</summary>
    public const string Header =
        "ledger,at,room,camera,segment,number,leaf,path,start,end,bytes,sha256,class,code,rule,reason_en,reason_zh,by\r\n";

    /// <summary>
    /// An entry's line, with its line end. A text that a spreadsheet would take for a formula is preceded by an apostrophe.
    /// </summary>
    /// <param name="entry">Entry.</param>
    public static string Row(DestructionEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return string.Join(',', Cells(entry).Select(Cell)) + "\r\n";
    }

    private static string[] Cells(DestructionEntry e) =>
        [
            Text(e.Number),
            UtcJsonConverter.ToText(e.At),
            e.Room.Text,
            e.Camera.Text,
            Text(e.Segment),
            Text(e.Place),
            Text(e.Leaf),
            e.Path,
            UtcJsonConverter.ToText(e.Start),
            UtcJsonConverter.ToText(e.End),
            Text(e.SizeBytes),
            e.Sha256,
            e.Class == FootageClass.Idle ? "idle" : "exam",
            e.Code,
            e.Rule,
            e.Reason.En,
            e.Reason.Zh,
            e.By,
        ];

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Cell(string text)
    {
        text = SpreadsheetCell.Guard(text);
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
